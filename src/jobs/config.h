#pragma once
// How background work is paced. Each kind may differ (KindLimits, runner.h); these are the defaults of all.
#include <chrono>
#include <cstddef>

#include "jobs/backoff.h"

namespace holdall::config {
class Schema;
}

namespace holdall::jobs {

struct Config {
  int attempts = 5;             ///< runs before a job is buried
  std::size_t concurrency = 4;  ///< jobs of one kind at a time
  std::size_t batch = 32;       ///< jobs of one kind leased in one call
  /// Longer than any handler takes; after a crash a job waits this long before it runs again.
  std::chrono::milliseconds lease = std::chrono::minutes(5);
  std::chrono::milliseconds poll_interval = std::chrono::seconds(5);
  Backoff backoff{};
};

/// Declares the keys of section [jobs].
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::jobs
