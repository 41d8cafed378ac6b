#pragma once
// A request target taken apart: the path decoded and checked, the query as names and values in the order given.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace holdall::http {

struct TargetParts {
  std::string_view path;
  std::string_view query;  ///< behind the first '?'; empty where there is none
};

/// Views into `target`, an origin-form as sent (RFC 9112 section 3.2.1).
TargetParts split_target(std::string_view target);

/// The path percent-decoded. Every '/' in it was one in the request too, so splitting it is safe. InvalidArgument
/// "bad-path" for a path that does not begin with '/', a broken escape, an encoded slash, a "." or ".." segment
/// (encoded or not), control characters and what is not UTF-8.
Result<std::string> decode_path(std::string_view path);

/// The segments of a decoded path: "/a/b" gives a, b; "/" and "/a/" end with an empty one. Views into `path`.
std::vector<std::string_view> split_path(std::string_view path);

inline constexpr std::size_t kMaxQueryParameters = 256;

/// Reads application/x-www-form-urlencoded, in queries as in bodies: '+' is a space, empty pieces between '&' do not
/// count, a name without '=' has an empty value. Repeated names are all kept: the caller judges. InvalidArgument
/// "bad-query" for a broken escape, NUL, or what is not UTF-8; "too-many-query-parameters" beyond kMaxQueryParameters.
Result<std::vector<QueryParameter>> parse_query(std::string_view query);

}  // namespace holdall::http
