#pragma once
// How long a peer may keep us waiting: it earns time with bytes and spends it by being slow.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/context.h"

namespace holdall::http {

/// A peer that moves `rate` bytes a second never runs out; one that stops is cut after `window`, however much it moved
/// before. Only time spent waiting for the peer counts, never our own.
class RateGuard {
 public:
  using Duration = std::chrono::steady_clock::duration;

  RateGuard(std::uint64_t bytes_per_second, Duration window)
      : rate_(std::max<std::uint64_t>(bytes_per_second, 1)), window_(window), credit_(window) {}

  std::uint64_t rate() const { return rate_; }
  Deadline deadline(Deadline now) const { return now + credit_; }

  void account(Duration waited, std::size_t bytes) {
    const auto earned = std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(rate_));
    // What is earned beyond a window is lost: it is the recent past that counts.
    if (earned >= window_) {
      credit_ = window_;
    } else {
      credit_ = std::min(window_, credit_ - std::min(waited, credit_) + std::chrono::duration_cast<Duration>(earned));
    }
  }

  void restart() { credit_ = window_; }

 private:
  std::uint64_t rate_;
  Duration window_;
  Duration credit_;
};

}  // namespace holdall::http
