#pragma once
// How the text of a metadata filter is compared with a JSON number.
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace holdall::catalog::detail {

/// The number a text stands for when it is a whole JSON number (RFC 8259 section 6); nothing otherwise. A whole number
/// of 64 bits stays one, so that large ids compare exactly.
std::optional<std::variant<std::int64_t, double>> json_number(std::string_view text);

}  // namespace holdall::catalog::detail
