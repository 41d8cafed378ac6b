#pragma once
// Remembers which tokens were verified, so that a signature is computed once per token and not once per request.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "auth/verifier.h"
#include "base/sha256.h"

namespace holdall::auth {

/// Bounded, from any thread. Keeps no token, only its SHA-256, so that neither a core dump nor the time a comparison
/// takes gives one away. Each digest has one set of kWays places under a lock of its own; a full set gives up what has
/// expired, else what was not asked for longest. Only verified tokens go in: a forger cannot fill it.
class TokenCache {
 public:
  /// `entries` is rounded up to a power of two; 0 remembers nothing.
  explicit TokenCache(std::size_t entries);
  ~TokenCache();
  TokenCache(const TokenCache&) = delete;
  TokenCache& operator=(const TokenCache&) = delete;

  static Sha256Digest digest_of(std::string_view token);

  /// Nothing when `now` is outside [valid_from, expires_at) or the entry is of another epoch (older keys).
  std::optional<Principal> find(const Sha256Digest& token, std::uint64_t epoch, Timestamp now);

  void insert(const Sha256Digest& token, std::uint64_t epoch, const Principal& principal, Timestamp valid_from);

 private:
  static constexpr std::size_t kWays = 8;
  struct Set;

  Set& set_of(const Sha256Digest& token);

  std::size_t mask_ = 0;
  std::unique_ptr<Set[]> sets_;
};

}  // namespace holdall::auth
