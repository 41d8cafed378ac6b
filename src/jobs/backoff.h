#pragma once
// How long a failed job waits: exponential, with full jitter so that jobs that failed together do not come back
// together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
#include <chrono>

namespace holdall::jobs {

struct Backoff {
  std::chrono::milliseconds base = std::chrono::seconds(1);
  std::chrono::milliseconds cap = std::chrono::minutes(10);
};

/// The wait after `attempts` failed tries (1 or more): `fraction` (0 to 1) of min(cap, base * 2^(attempts - 1)). Pure.
std::chrono::microseconds wait_after(int attempts, const Backoff& backoff, double fraction);

}  // namespace holdall::jobs
