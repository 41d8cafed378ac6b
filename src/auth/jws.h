#pragma once
// The compact serialization of a signed token, RFC 7515 sections 3.1 and 7.1, read strictly.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/algorithm.h"
#include "auth/refusal.h"

namespace holdall::auth {

/// A longer token is refused before anything else is done with it: it would not fit a request's headers anyway.
inline constexpr std::size_t kMaxTokenBytes = 8 * 1024;

/// A token taken apart; nothing in it is to be believed before its signature was verified.
struct Jws {
  Algorithm algorithm;
  std::optional<std::string> key_id;  ///< `kid`, where the header names one
  std::string_view signing_input;     ///< "header.payload" within the token: outlived by it
  std::string payload;                ///< decoded, not parsed
  std::string signature;              ///< decoded
};

/// Refuses: other than three base64url segments (no padding, no stray bits), a header that is no JSON object or names a
/// member twice, any `crit` (no extension is understood here), a `typ` other than JWT or at+jwt (RFC 9068), an `alg`
/// that is no Algorithm ("none" included), a `kid` that is not a string of at most 255 bytes. Keys the header brings
/// along (jwk, jku, x5c, x5u) are never looked at.
Checked<Jws> parse_jws(std::string_view token);

}  // namespace holdall::auth
