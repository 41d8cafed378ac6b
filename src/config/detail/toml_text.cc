#include "config/detail/toml_text.h"

#include <fmt/format.h>

namespace holdall::config::detail {

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (value < 0x20 || value == 0x7F) {
      quoted += fmt::format("\\u{:04X}", value);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    list += toml_string(text);
  }
  return list + ']';
}

}  // namespace holdall::config::detail
