#pragma once
// Why a token was not accepted, in words for an operator, and what its bearer is told of it.
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace holdall::auth {

/// What the bearer may know. Everything after the signature is told only to bearers whose signature was good.
enum class RefusalKind : std::uint8_t {
  Malformed,    ///< not a compact JWS at all
  UnknownKey,   ///< no key of that `kid`; newer keys may help
  Untrusted,    ///< algorithm, key and signature do not belong together
  Incomplete,   ///< signed, but a claim is missing or not of its type
  Expired,      ///< signed, `exp` has passed
  NotYetValid,  ///< signed, `nbf` or `iat` is to come
  Foreign,      ///< signed, of another issuer or for another audience
};

struct Refusal {
  RefusalKind kind;
  std::string reason;  ///< precise; for logs and the command line, never for the bearer
};

template <class T>
using Checked = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(RefusalKind kind, std::string reason) {
  return std::unexpected(Refusal{kind, std::move(reason)});
}

/// Unauthenticated; UnknownKey and Untrusted read the same, so that a forger learns nothing about the keys.
Error to_error(const Refusal& refusal);

/// Text of a token as a reason may show it: in quotes, printable ASCII only, at most 40 characters.
std::string quoted(std::string_view text);

}  // namespace holdall::auth
