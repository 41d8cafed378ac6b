#pragma once
// JSON as security decisions need it: one object, no member named twice at any level (two readers would see two
// documents), bounded depth.
#include <expected>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace holdall::auth::detail {

/// Takes exactly one JSON object in UTF-8 (RFC 8259, no extensions) nested at most kMaxJsonDepth deep; otherwise says
/// why not. Time n log n; the caller bounds the size.
std::expected<boost::json::object, std::string> parse_json_object(std::string_view text);

inline constexpr std::size_t kMaxJsonDepth = 16;

}  // namespace holdall::auth::detail
