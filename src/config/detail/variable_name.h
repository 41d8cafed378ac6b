#pragma once
#include <string>
#include <string_view>

namespace holdall::config::detail {

/// "http.max-body" -> "HOLDALL_HTTP_MAX_BODY": the variable of a setting that was given no other.
std::string variable_name(std::string_view key);

}  // namespace holdall::config::detail
