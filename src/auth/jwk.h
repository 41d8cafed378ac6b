#pragma once
// JSON Web Keys and sets of them (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "auth/key.h"
#include "auth/key_set.h"

namespace holdall::auth {

/// Whether `oct` keys are taken: from a file of the operator's yes, from a URL, where anyone may read them, no.
enum class SecretKeys : std::uint8_t { Taken, Skipped };

/// The verifying part of a JWK, or why it is of no use here: another `kty` or `crv`, a `use` other than "sig",
/// `key_ops` without "verify", an `alg` that is not for signatures or not for this key, numbers missing or out of
/// bounds. Without an `alg` the key is fixed to: RSA RS256, P-256 ES256, P-384 ES384, P-521 ES512, Ed25519 EdDSA, oct
/// HS256. Private members (`d`, `p`, ...) and certificates (`x5c`) are not looked at.
std::expected<Key, std::string> parse_jwk(const boost::json::object& jwk, SecretKeys secrets);

/// A JWK Set, or a single JWK. Keys of no use are skipped and noted, as RFC 7517 section 5 asks; InvalidArgument when
/// none is left (an issuer without keys is one with a fault), for more than kMaxKeys keys, for more than 1 MiB, and for
/// what is not JSON or names a member twice.
Result<KeySet> parse_jwks(std::string_view text, SecretKeys secrets);

inline constexpr std::size_t kMaxJwksBytes = 1024 * 1024;
inline constexpr std::size_t kMaxKeys = 256;

}  // namespace holdall::auth
