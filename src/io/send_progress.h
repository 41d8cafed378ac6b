#pragma once
// Whether the peer of a blocked write still takes bytes, although the socket has no room for more yet.
#include <chrono>
#include <cstdint>

#include "base/context.h"

namespace holdall::io {

/// The time a peer has left for a write: every byte it takes earns it 1/rate seconds, every second costs one. It never
/// has more than it was given at first: what it took long ago does not count, and a byte now and then is not enough.
class SendCredit {
 public:
  SendCredit() = default;
  SendCredit(Deadline now, Deadline deadline, std::uint64_t least_rate, std::uint64_t unsent);

  /// At `now`, when so many bytes are not taken yet: until when the peer may go on. Passed already: it was too slow.
  Deadline renewed(std::uint64_t unsent, Deadline now);

 private:
  Deadline deadline_ = Deadline::max();
  std::chrono::steady_clock::duration longest_{};
  std::uint64_t least_rate_ = 1;
  std::uint64_t unsent_ = 0;
};

/// One blocked write. Asks the kernel (SIOCOUTQ) how much of what was sent the peer has not acknowledged: two system
/// calls for a write that waits, none for one that does not.
class SendProgress {
 public:
  SendProgress() = default;
  SendProgress(int socket, Deadline now, Deadline deadline, std::uint64_t least_rate);

  /// The deadline has passed: the new one that the peer has earned since, or `now` when it has not earned one.
  Deadline extended(Deadline now);

 private:
  int socket_ = -1;
  SendCredit credit_;
};

}  // namespace holdall::io
