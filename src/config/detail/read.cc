#include "config/detail/read.h"

#include <algorithm>
#include <charconv>

#include "base/byte_count.h"
#include "base/encoding.h"
#include "config/duration.h"

namespace holdall::config::detail {
namespace {

// The characters of a text, whichever source it came from.
const std::string* characters_of(const Given& given) {
  if (const auto* text = std::get_if<Text>(&given)) return &text->text;
  return std::get_if<std::string>(&given);
}

bool is_clean(std::string_view text) { return is_utf8(text) && text.find('\0') == std::string_view::npos; }

}  // namespace

std::optional<bool> read_bool(const Given& given) {
  if (const auto* value = std::get_if<bool>(&given)) return *value;
  const auto* text = std::get_if<Text>(&given);
  if (text == nullptr) return std::nullopt;
  if (text->text == "true" || text->text == "1") return true;
  if (text->text == "false" || text->text == "0") return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Given& given) {
  if (const auto* value = std::get_if<std::int64_t>(&given)) return *value;
  const auto* text = std::get_if<Text>(&given);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = text->text.data() + text->text.size();
  const auto [rest, error] = std::from_chars(text->text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

std::optional<std::int64_t> read_bytes(const Given& given) {
  if (const auto* value = std::get_if<std::int64_t>(&given)) return *value;
  const auto* text = characters_of(given);
  if (text == nullptr) return std::nullopt;
  const auto bytes = parse_byte_count(*text);
  if (!bytes) return std::nullopt;
  return static_cast<std::int64_t>(*bytes);  // parse_byte_count ends at 2^63-1
}

std::optional<std::chrono::microseconds> read_duration(const Given& given) {
  const auto* text = characters_of(given);
  return text == nullptr ? std::nullopt : parse_duration(*text);
}

std::optional<std::string> read_text(const Given& given) {
  const auto* text = characters_of(given);
  if (text == nullptr || !is_clean(*text)) return std::nullopt;
  return *text;
}

std::optional<std::vector<std::string>> read_list(const Given& given) {
  std::vector<std::string> elements;
  if (const auto* listed = std::get_if<std::vector<std::string>>(&given)) {
    elements = *listed;
  } else if (const auto* text = std::get_if<Text>(&given)) {
    std::string_view rest = trim(text->text);
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      elements.emplace_back(trim(rest.substr(0, comma)));
      if (comma + 1 == rest.size()) return std::nullopt;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  } else {
    return std::nullopt;
  }
  const bool is_good =
      std::ranges::all_of(elements, [](const std::string& element) { return !element.empty() && is_clean(element); });
  if (!is_good) return std::nullopt;
  return elements;
}

}  // namespace holdall::config::detail
