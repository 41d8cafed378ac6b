#pragma once
// Turns a value as it was given into what a field holds; nothing when it is of another kind.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/setting.h"

namespace holdall::config::detail {

std::optional<bool> read_bool(const Given& given);  ///< text: true, false, 1, 0
std::optional<std::int64_t> read_integer(const Given& given);
std::optional<std::int64_t> read_bytes(const Given& given);  ///< a size, or a whole number of bytes
std::optional<std::chrono::microseconds> read_duration(const Given& given);
std::optional<std::string> read_text(const Given& given);  ///< valid UTF-8 without NUL
/// Text is cut at commas, blanks around an element are dropped, an empty element is refused, no text is no element.
std::optional<std::vector<std::string>> read_list(const Given& given);

}  // namespace holdall::config::detail
