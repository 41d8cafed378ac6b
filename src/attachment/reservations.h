#pragma once
// Room set aside for uploads that are still coming in, so that a quota is judged before a body is read and many uploads
// at once do not each count on the same room. The catalog judges once more, exactly, in the transaction that counts.
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/ids.h"
#include "base/result.h"
#include "catalog/rows.h"

namespace holdall::attachment {

class Reservations;

/// Room set aside for one request; given back when it dies. Empty when there is no quota. Used by one coroutine.
class Reservation {
 public:
  Reservation() = default;
  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation();

  /// Makes sure that at least `bytes` and `files` are set aside in all. QuotaExceeded when they do not fit.
  Result<void> cover(std::uint64_t bytes, std::uint64_t files);

 private:
  friend class Reservations;
  void release();

  Reservations* owner_ = nullptr;
  UserId user_;
  catalog::Usage used_;
  catalog::Quota quota_;
  catalog::Usage held_;
};

/// Thread-safe; outlives its reservations.
class Reservations {
 public:
  /// `used` is what the catalog counts for the user now. Holds nothing yet.
  Reservation open(UserId user, catalog::Usage used, catalog::Quota quota);

  /// What is set aside for the user at this moment.
  catalog::Usage held(UserId user) const;

 private:
  friend class Reservation;
  Result<void> add(UserId user, const catalog::Usage& used, const catalog::Quota& quota, const catalog::Usage& more);
  void subtract(UserId user, const catalog::Usage& less);

  mutable std::mutex mutex_;
  std::unordered_map<UserId, catalog::Usage> held_;
};

/// QuotaExceeded in words: how much is used of how much.
Error quota_exceeded(std::string_view what, std::uint64_t used, std::uint64_t limit);

}  // namespace holdall::attachment
