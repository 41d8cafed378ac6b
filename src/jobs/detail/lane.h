#pragma once
// One kind of job and its loop: lease a batch, run it, say what became of it, wait.
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "jobs/detail/alarm.h"
#include "jobs/runner.h"

namespace holdall::jobs::detail {

/// What all lanes of a runner share.
struct LaneServices {
  catalog::Catalog& catalog;
  const Clock& clock;
  std::function<double()> random;
  std::function<bool()> is_busy;
  std::stop_source stop;
};

struct LaneSettings {
  int attempts;
  std::size_t concurrency;
  std::size_t batch;
  std::chrono::milliseconds lease;
  std::chrono::milliseconds poll_interval;
  bool yields;
  Backoff backoff;
};

class Lane {
 public:
  Lane(std::string kind, Handler handler, LaneSettings settings, LaneServices& services);

  io::Task<void> run();
  io::Task<std::size_t> run_batch();  ///< answers how many jobs were leased
  void wake() { alarm_.ring(); }
  KindCounts counts() const;
  const std::string& kind() const { return kind_; }

 private:
  struct Batch {
    std::deque<catalog::Job> waiting;
    std::vector<JobId> done;
    Timestamp settle_at;  ///< what is done by then is said early, while the leases hold
  };

  io::Task<void> work_through(Batch& batch);
  io::Task<void> yield() const;
  io::Task<void> run_job(catalog::Job job, Batch& batch);
  io::Task<Result<void>> call_handler(const catalog::Job& job);
  io::Task<void> settle(Batch& batch);
  io::Task<void> judge_failure(const catalog::Job& job, const Error& error);
  io::Task<void> put_back(JobId id, Timestamp run_at, std::string reason, bool dead);
  bool is_stopping() const { return services_.stop.stop_requested(); }

  const std::string kind_;
  const Handler handler_;
  const LaneSettings settings_;
  LaneServices& services_;
  Alarm alarm_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> retried_{0};
  std::atomic<std::uint64_t> dead_{0};
};

}  // namespace holdall::jobs::detail
