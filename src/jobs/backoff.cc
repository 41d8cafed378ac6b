#include "jobs/backoff.h"

#include <algorithm>
#include <cmath>

namespace holdall::jobs {

std::chrono::microseconds wait_after(int attempts, const Backoff& backoff, double fraction) {
  using std::chrono::duration_cast, std::chrono::microseconds;
  // In floating point nothing overflows: attempts of a kind without a limit grow for years.
  const double base = static_cast<double>(duration_cast<microseconds>(backoff.base).count());
  const double cap = static_cast<double>(duration_cast<microseconds>(backoff.cap).count());
  const double longest = std::min(cap, std::ldexp(base, std::max(attempts, 1) - 1));
  return microseconds(std::llround(longest * std::clamp(fraction, 0.0, 1.0)));
}

}  // namespace holdall::jobs
