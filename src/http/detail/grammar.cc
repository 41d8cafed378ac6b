#include "http/detail/grammar.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace holdall::http::detail {
namespace {

enum Class : std::uint8_t { kToken = 1, kValue = 2, kTarget = 4, kHostName = 8, kHex = 16, kDigit = 32 };

constexpr bool is_alnum(unsigned c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr std::array<std::uint8_t, 256> make_classes() {
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kHostMarks = "-._~%";
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const char text = static_cast<char>(c);
    unsigned bits = 0;
    if (is_alnum(c) || kTokenMarks.contains(text)) bits |= kToken;
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) bits |= kValue;
    if (c > 0x20 && c < 0x7F && c != '#') bits |= kTarget;
    if (is_alnum(c) || kHostMarks.contains(text)) bits |= kHostName;
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) bits |= kHex;
    if (c >= '0' && c <= '9') bits |= kDigit;
    classes[c] = static_cast<std::uint8_t>(bits);
  }
  return classes;
}

constexpr auto kClasses = make_classes();

bool all_of_class(std::string_view text, Class wanted) {
  return std::ranges::all_of(text,
                             [wanted](char c) { return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0; });
}

bool is_port(std::string_view text) { return text.size() <= 5 && all_of_class(text, kDigit); }

// What stands between the brackets: enough to keep out everything that is no address; nobody connects to it.
bool is_ipv6_literal(std::string_view text) {
  const bool plausible = std::ranges::all_of(
      text, [](char c) { return (kClasses[static_cast<unsigned char>(c)] & kHex) != 0 || c == ':' || c == '.'; });
  return plausible && text.size() >= 2 && text.size() <= 45 && std::ranges::count(text, ':') >= 2;
}

bool has_sound_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !all_of_class(text.substr(at + 1, 2), kHex)) return false;
  }
  return true;
}

}  // namespace

bool is_field_name(std::string_view text) { return !text.empty() && all_of_class(text, kToken); }

bool is_field_value(std::string_view text) { return all_of_class(text, kValue); }

bool is_target(std::string_view text) { return !text.empty() && all_of_class(text, kTarget); }

bool is_host(std::string_view text) {
  std::string_view name = text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6_literal(text.substr(1, end - 1))) return false;
    const std::string_view after = text.substr(end + 1);
    return after.empty() || (after.starts_with(':') && is_port(after.substr(1)));
  }
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return false;
    name = text.substr(0, colon);
  }
  return !name.empty() && name.size() <= 255 && all_of_class(name, kHostName) && has_sound_escapes(name);
}

}  // namespace holdall::http::detail
