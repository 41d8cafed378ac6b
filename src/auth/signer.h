#pragma once
// Makes the tokens of an installation that has no issuer of its own: `holdall token`.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "auth/algorithm.h"
#include "auth/verifier.h"
#include "base/result.h"

namespace holdall::auth {

/// What a token is to say.
struct Grant {
  std::string subject;
  std::chrono::seconds ttl = std::chrono::hours(24);
  std::optional<Scopes> scopes{};  ///< none: the token names none, which means read and write
  std::string issuer{};            ///< empty: no `iss`
  std::string audience{};          ///< empty: no `aud`
};

/// Signs with HS256, HS384 or HS512. Immutable.
class Signer {
 public:
  /// InvalidArgument for a secret shorter than the algorithm's hash.
  static Result<Signer> create(std::string_view secret, Algorithm algorithm = Algorithm::HS256);

  /// The token; InvalidArgument when the subject is none (claims.h) or the ttl is not between 1 s and 10 years.
  Result<std::string> sign(const Grant& grant, Timestamp now) const;

 private:
  Signer(std::string secret, Algorithm algorithm) : secret_(std::move(secret)), algorithm_(algorithm) {}

  std::string secret_;
  Algorithm algorithm_;
};

/// Takes "read,write" or "read write"; InvalidArgument names the scope that does not exist.
Result<Scopes> parse_scopes(std::string_view text);

}  // namespace holdall::auth
