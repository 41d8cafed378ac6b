#pragma once
// A key that verifies signatures of exactly one algorithm.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/algorithm.h"
#include "auth/detail/openssl.h"
#include "base/result.h"

namespace holdall::auth {

/// Immutable and cheap to copy; verifies from any thread. The algorithm is fixed when the key is made and never taken
/// from a token: an HMAC key cannot be made of a public key's text, nor used where a public key is asked for.
class Key {
 public:
  /// HMAC (RFC 7518 section 3.2). The secret is at least as long as the algorithm's hash; PEM text is refused.
  static Result<Key> from_secret(std::string_view secret, Algorithm algorithm, std::string id = {});

  /// The first block of PEM text: PUBLIC KEY (SPKI) or CERTIFICATE (whose dates are not looked at). Without an
  /// algorithm the type's own: RSA RS256, P-256 ES256, P-384 ES384, P-521 ES512, Ed25519 EdDSA.
  static Result<Key> from_pem(std::string_view pem, std::optional<Algorithm> algorithm, std::string id = {});

  /// RSA of 2048 to 8192 bits with an odd exponent of 3 or more, EC on the curve of the algorithm, Ed25519;
  /// InvalidArgument for anything else.
  static Result<Key> from_public_key(detail::PkeyPtr key, std::optional<Algorithm> algorithm, std::string id = {});

  /// True when `signature`, as a JWS carries it (ECDSA: r and s of fixed length side by side), is this key's over
  /// `text`. Leaves OpenSSL's error queue empty.
  bool verify(std::string_view text, std::string_view signature) const;

  Algorithm algorithm() const { return algorithm_; }
  const std::string& id() const { return id_; }  ///< `kid`; empty: serves tokens of any kid

 private:
  Key(Algorithm algorithm, std::string id) : algorithm_(algorithm), id_(std::move(id)) {}

  bool verify_mac(std::string_view text, std::string_view signature) const;
  bool verify_public(std::string_view text, std::string_view signature) const;

  Algorithm algorithm_;
  std::string id_;
  std::shared_ptr<EVP_MAC_CTX> mac_;      // keyed once, copied for each use
  std::shared_ptr<EVP_PKEY> public_key_;  // set when mac_ is not
};

}  // namespace holdall::auth
