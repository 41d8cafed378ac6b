#pragma once
// auth::Verifier for JSON Web Tokens (RFC 7519, with the advice of RFC 8725).
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "auth/claims.h"
#include "auth/key_source.h"
#include "auth/token_cache.h"
#include "auth/verifier.h"
#include "base/clock.h"

namespace holdall::auth {

class TokenVerifier final : public Verifier {
 public:
  struct Options {
    ClaimRules rules;
    std::size_t cache_entries = 4096;
  };

  /// The clock outlives the verifier.
  TokenVerifier(std::vector<std::shared_ptr<KeySource>> sources, Options options, const Clock& clock);

  /// As the port says. A token seen before costs one hash and one look-up; any other its signature. Codes: see
  /// refusal.cc; "token-keys-unavailable" where Unavailable.
  io::Task<Result<Principal>> verify(std::string_view token, const Context& context) override;

 private:
  struct Keys {
    std::uint64_t epoch = 0;
    std::vector<SharedKeys> sets;
    bool some_are_missing = false;
  };

  std::uint64_t epoch() const;
  Keys current_keys() const;
  io::Task<bool> refresh(const Context& context);

  const std::vector<std::shared_ptr<KeySource>> sources_;
  const Options options_;
  const Clock& clock_;
  TokenCache cache_;
};

/// Parsing, signature and claims in this order: the claims of a forged token are never looked at.
Checked<Claims> check_token(std::string_view token, std::span<const SharedKeys> keys, const ClaimRules& rules,
                            Timestamp now);

}  // namespace holdall::auth
