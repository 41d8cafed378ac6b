#pragma once
// Holds a request against what its route declares: types, bounds, repetition, names nobody declared.
#include <string_view>

#include "base/result.h"
#include "http/route.h"

namespace holdall::http {

inline constexpr std::string_view kMissingParameter = "missing-parameter";

/// InvalidArgument with the code "invalid-parameter", kMissingParameter, "repeated-parameter" or "unknown-parameter"
/// and the member `parameter`; an unknown name is answered with the nearest declared one.
Result<void> check_parameters(const Route& route, const Request& request);

}  // namespace holdall::http
