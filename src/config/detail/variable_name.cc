#include "config/detail/variable_name.h"

namespace holdall::config::detail {

std::string variable_name(std::string_view key) {
  std::string name = "HOLDALL_";
  for (const char c : key) {
    const bool is_letter = c >= 'a' && c <= 'z';
    name += c == '.' || c == '-' ? '_' : is_letter ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

}  // namespace holdall::config::detail
