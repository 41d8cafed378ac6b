#pragma once
// Small pieces of TOML as text (TOML 1.0): what show and the defaults are written with.
#include <string>
#include <string_view>
#include <vector>

namespace holdall::config::detail {

/// A basic string: quoted, control characters and quotes escaped.
std::string toml_string(std::string_view text);

std::string toml_list(const std::vector<std::string>& texts);

}  // namespace holdall::config::detail
