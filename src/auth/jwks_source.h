#pragma once
// Keys that change while the server runs: fetched in the background, never by a request.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "auth/key_loader.h"
#include "auth/key_source.h"
#include "auth/refresh_schedule.h"

namespace holdall::auth {

/// Says what happened to the keys, one sentence for the log. Called from any thread.
using Report = std::function<void(const std::string&)>;

/// Has one thread, which loads when the schedule says so or a token names an unknown key. Requests that wait share one
/// load. A load that fails leaves the keys as they are until their grace has passed. The executors of the requests that
/// wait run on one thread each (an io_context per core); destruction ends a load under way within about a second.
class JwksSource final : public KeySource {
 public:
  JwksSource(std::unique_ptr<KeyLoader> loader, RefreshTimes times, Report report);
  ~JwksSource() override;
  JwksSource(const JwksSource&) = delete;
  JwksSource& operator=(const JwksSource&) = delete;

  /// Loads on the calling thread, before start(): for sources whose fault must stop the start.
  Result<void> load_first();

  /// Begins the background work; without load_first() with a load at once.
  void start();

  SharedKeys keys() const override;
  std::uint64_t generation() const override { return generation_.load(std::memory_order_acquire); }
  io::Task<bool> refresh(const Context& context) override;

 private:
  struct Waiter;
  class Enlistment;
  using TimePoint = RefreshSchedule::TimePoint;

  void work(std::stop_token stop);
  void take(Result<std::optional<LoadedKeys>> loaded, TimePoint now);
  void publish(SharedKeys keys);
  void report_notes(std::unique_lock<std::mutex>& lock);
  void wake_waiters();
  void drop_old_keys(TimePoint now);
  TimePoint next_wake() const;

  bool enlist(const std::shared_ptr<Waiter>& waiter);
  void leave(const std::shared_ptr<Waiter>& waiter);

  const std::unique_ptr<KeyLoader> loader_;  // used by the thread once it runs
  const Report report_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  RefreshSchedule schedule_;
  SharedKeys keys_;
  bool demanded_ = false;
  bool loading_ = false;
  std::vector<std::shared_ptr<Waiter>> waiters_;
  std::vector<std::string> notes_;  // for the report, which is written without the lock

  std::atomic<std::uint64_t> generation_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace holdall::auth
