#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/encoding.h"
#include "http/detail/grammar.h"
#include "http/problem.h"

namespace holdall::http {
namespace {

constexpr std::array<std::string_view, 6> kOwnFields = {
    "Content-Length", "Date", "Connection", "X-Request-Id", "Transfer-Encoding", "X-Content-Type-Options"};

bool is_own(std::string_view name) {
  return std::ranges::any_of(kOwnFields, [&](std::string_view own) { return equals_ignoring_case(own, name); });
}

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

bool never_has_body(int status) { return status == 204 || status == 304 || (status >= 100 && status < 200); }

}  // namespace

BodyFraming choose_framing(const Response& response, Method method, int minor_version) {
  if (method == Method::Head || never_has_body(response.status)) return BodyFraming::None;
  if (const auto* stream = std::get_if<StreamBody>(&response.body)) {
    if (stream->length) return BodyFraming::Length;
    return minor_version == 0 ? BodyFraming::UntilClose : BodyFraming::Chunked;
  }
  return BodyFraming::Length;
}

std::optional<std::uint64_t> announced_length(const Response& response) {
  if (never_has_body(response.status)) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  if (const auto* stream = std::get_if<StreamBody>(&response.body)) return stream->length;
  return 0;
}

bool has_safe_fields(const Response& response) {
  for (std::size_t i = 0; i < response.fields.size(); ++i) {
    const Fields::Field field = response.fields.at(i);
    if (!detail::is_field_name(field.name) || !detail::is_field_value(field.value) || is_own(field.name)) return false;
  }
  return response.status >= 200 && response.status <= 599;
}

void append_head(std::string& out, const Response& response, const ResponseFrame& frame) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out.append(" ").append(reason_of(response.status));
  out.append("\r\nDate: ").append(frame.date);
  for (std::size_t i = 0; i < response.fields.size(); ++i) {
    const Fields::Field field = response.fields.at(i);
    out.append("\r\n").append(field.name).append(": ").append(field.value);
  }
  if (frame.content_length) {
    out += "\r\nContent-Length: ";
    append_number(out, *frame.content_length);
  } else if (frame.framing == BodyFraming::Chunked) {
    out += "\r\nTransfer-Encoding: chunked";
  }
  out.append("\r\nX-Request-Id: ").append(frame.request_id);
  out += "\r\nX-Content-Type-Options: nosniff";
  if (!frame.keep_alive) {
    out += "\r\nConnection: close";
  } else if (frame.is_old_client) {
    out += "\r\nConnection: keep-alive";
  }
  out += "\r\n\r\n";
}

}  // namespace holdall::http
