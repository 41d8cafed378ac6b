#pragma once
// Which characters may stand where in a request's head (RFC 9110 section 5, RFC 9112 section 3, RFC 3986).
#include <string_view>

namespace holdall::http::detail {

bool is_field_name(std::string_view text);

/// Visible characters, spaces, tabs and bytes from 0x80 on; no control characters.
bool is_field_value(std::string_view text);

/// Visible ASCII without '#': a target has no fragment, and no byte of it needs guessing.
bool is_target(std::string_view text);

/// `uri-host [ ":" port ]` (RFC 9110 section 7.2): a registered name, an IPv4 address or a bracketed IPv6 address; not
/// empty, no user information. Of RFC 3986's reg-name the sub-delims are left out: no host has them, and a comma is
/// what remains when somebody joins two Host fields.
bool is_host(std::string_view text);

}  // namespace holdall::http::detail
