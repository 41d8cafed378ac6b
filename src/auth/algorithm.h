#pragma once
// The signature algorithms of RFC 7518 section 3 and RFC 8037 that a key can be fixed to. There is no "none".
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdall::auth {

enum class Algorithm : std::uint8_t {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,
};

/// Algorithms of one family share the kind of key they need.
enum class AlgorithmFamily : std::uint8_t { Hmac, RsaPkcs1, RsaPss, Ecdsa, Eddsa };

/// Takes the exact registered name; "none", "hs256" and names it does not know give nothing.
std::optional<Algorithm> parse_algorithm(std::string_view name);

std::string_view name_of(Algorithm algorithm);
AlgorithmFamily family_of(Algorithm algorithm);

/// The bytes of its hash: 32, 48 or 64; 0 for EdDSA, which brings its own.
std::size_t hash_size_of(Algorithm algorithm);

}  // namespace holdall::auth
