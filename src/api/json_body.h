#pragma once
// Small JSON bodies, read whole under a limit.
#include <cstddef>

#include <boost/json/value.hpp>

#include "http/message.h"

namespace holdall::api {

inline constexpr std::size_t kMaxJsonBody = 1024 * 1024;  ///< 10,000 ids of any length and room to spare

/// The body as JSON (any Content-Type, at most kMaxJsonBody bytes, 16 levels). TooLarge "body-too-large",
/// InvalidArgument "json-invalid".
io::Task<Result<boost::json::value>> read_json(http::Request& request);

http::Response json_response(int status, const boost::json::value& value);

}  // namespace holdall::api
