#include "jobs/config.h"

#include "config/schema.h"

namespace holdall::jobs {

using namespace std::chrono_literals;

void declare(config::Schema& schema, Config& config) {
  schema.add_section("jobs", "Background work: removing the bytes of what was deleted, thumbnails, reading texts.");
  schema.add_integer("jobs.attempts", config.attempts, 1, 1000,
                     {.doc = "How often a job is tried before it is put aside with the reason of its failure."});
  schema.add_integer("jobs.concurrency", config.concurrency, 1, 256,
                     {.doc = "How many jobs of one kind run at the same time."});
  schema.add_integer("jobs.batch", config.batch, 1, 1000, {.doc = "How many jobs of one kind are taken at once."});
  schema.add_duration("jobs.lease", config.lease, 10s, 24h,
                      {.doc = "How long a job may take before it is taken for lost and tried again."});
  schema.add_duration("jobs.poll_interval", config.poll_interval, 100ms, 10min,
                      {.doc = "How often to look for jobs that are due."});
  schema.add_duration("jobs.retry_base", config.backoff.base, 1ms, 1h,
                      {.doc = "The longest wait before the second try; it doubles with each further one."});
  schema.add_duration("jobs.retry_cap", config.backoff.cap, 1ms, 24h, {.doc = "The longest wait between two tries."});
}

}  // namespace holdall::jobs
