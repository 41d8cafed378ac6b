#pragma once
// What the server does by itself in the background: removes what was deleted, collects what nobody can reach, brings
// the index of names up to date.
#include <atomic>
#include <chrono>
#include <functional>

#include <boost/asio/steady_timer.hpp>

#include "attachment/gc.h"
#include "io/io_threads.h"
#include "jobs/runner.h"

namespace holdall::app {

/// Runs on a thread of its own from start() until stop(). References outlive it.
class Upkeep {
 public:
  struct Options {
    jobs::Config jobs;
    std::chrono::minutes gc_interval{60};
    std::chrono::hours gc_grace{48};
    std::function<bool()> is_busy = [] { return false; };  ///< with requests: work that can wait does; any thread
  };

  Upkeep(Options options, catalog::Catalog& catalog, blob::Store& store, const Clock& clock);
  ~Upkeep();  ///< as stop()

  void start();
  /// Ends what runs, within the lease of a job; idempotent.
  void stop();

  jobs::Runner& runner() { return runner_; }

 private:
  io::Task<> collect_regularly();
  io::Task<> index_regularly();
  /// False when it is time to stop.
  io::Task<bool> rest(boost::asio::steady_timer& timer, std::chrono::milliseconds length) const;

  const Options options_;
  catalog::Catalog& catalog_;
  blob::Store& store_;
  const Clock& clock_;
  jobs::Runner runner_;
  io::IoThreads thread_;
  boost::asio::steady_timer collect_at_, index_at_;
  std::stop_source stop_;
  std::atomic<int> running_{0};
  bool started_ = false;
};

}  // namespace holdall::app
