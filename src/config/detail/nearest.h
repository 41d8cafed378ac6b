#pragma once
// "Did you mean": the known name most like a mistyped one.
#include <string>
#include <string_view>
#include <vector>

namespace holdall::config::detail {

/// The nearest of `known` by edit distance (insert, delete, replace, swap of neighbours), or the one with the same last
/// word after a dot; empty when nothing is near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace holdall::config::detail
