#include "http/access_log.h"

#include <fmt/format.h>

namespace holdall::http {
namespace {

constexpr std::size_t kLongestTarget = 1024;  ///< a log is not filled by one client's long queries

// The parser lets only visible ASCII into a target; the quote and the backslash remain.
std::string quoted(std::string_view text) {
  std::string escaped = "\"";
  for (const char c : text.substr(0, kLongestTarget)) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c >= 0x20 && c < 0x7F ? c : '?';
  }
  if (text.size() > kLongestTarget) escaped += "...";
  return escaped + '"';
}

}  // namespace

std::string access_line(const RequestReport& report) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(report.duration).count();
  return fmt::format("request id={} peer={} method={} target={} operation={} status={} in={} out={} ms={:.3f}{}",
                     report.request_id, report.peer, report.method, quoted(report.target),
                     report.operation.empty() ? "-" : report.operation, report.status, report.bytes_in,
                     report.bytes_out, static_cast<double>(micros) / 1000.0, report.is_complete ? "" : " cut=true");
}

void write_access_line(spdlog::logger& logger, const RequestReport& report) {
  logger.log(spdlog::level::info, access_line(report));
}

}  // namespace holdall::http
