#pragma once
// What a signed token claims (RFC 7519 section 4) and whether it holds here and now.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "auth/refusal.h"
#include "auth/verifier.h"

namespace holdall::auth {

struct ClaimRules {
  std::string issuer;                  ///< `iss` must be this; empty: not looked at
  std::vector<std::string> audiences;  ///< `aud` must name one of them; empty: not looked at
  std::chrono::seconds leeway{30};     ///< by how much the clocks of issuer and server may differ
};

struct Claims {
  Principal principal;
  Timestamp valid_from;  ///< the later of `nbf` and `iat`, the epoch where there is neither
  boost::json::object all;
};

/// Judges the payload of a token whose signature was verified. `exp` and `sub` are required. Dates are integers or
/// decimals in the years 1970 to 9999. A token lives while now < exp + leeway and now + leeway >= nbf, iat.
/// `sub`: a string for which is_subject holds, or an integer, which becomes its decimal text. Scopes stand in `scope`,
/// or else in `scp`, as text separated by spaces or as a list of texts; those this service does not know are ignored,
/// so a token whose scopes are all foreign may do nothing. Neither claim: read and write.
Checked<Claims> judge_claims(std::string_view payload, const ClaimRules& rules, Timestamp now);

/// 1 to 255 bytes of UTF-8 without control characters (C0, DEL and C1).
bool is_subject(std::string_view text);

/// "read", "write", "admin".
std::optional<Scope> parse_scope(std::string_view name);

}  // namespace holdall::auth
