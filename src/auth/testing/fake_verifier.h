#pragma once
// auth::Verifier in memory, for the tests of other modules.
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "auth/refusal.h"
#include "auth/verifier.h"

namespace holdall::auth::testing {

/// Knows the tokens it was told of and no others. From any thread.
class FakeVerifier final : public Verifier {
 public:
  explicit FakeVerifier(const Clock& clock = system_clock()) : clock_(clock) {}

  /// `token` speaks for `principal` from now on.
  void accept(std::string token, Principal principal) {
    const std::lock_guard lock(mutex_);
    principals_.insert_or_assign(std::move(token), std::move(principal));
  }

  /// The usual case: a token that reads and writes and does not expire soon.
  void accept(std::string token, std::string subject) {
    accept(std::move(token),
           {std::move(subject), Scopes{Scope::Read, Scope::Write}, clock_.now() + std::chrono::hours(24)});
  }

  /// Every call fails like this, until it is called with nothing.
  void fail_with(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }

  io::Task<Result<Principal>> verify(std::string_view token, const Context&) override { co_return answer(token); }

 private:
  Result<Principal> answer(std::string_view token) {
    const std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    const auto found = principals_.find(token);
    if (found == principals_.end()) return fail(to_error({RefusalKind::Untrusted, "the fake knows no such token"}));
    if (clock_.now() >= found->second.expires_at) return fail(to_error({RefusalKind::Expired, "expired"}));
    return found->second;
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Principal, std::less<>> principals_;
  std::optional<Error> failure_;
};

}  // namespace holdall::auth::testing
