#pragma once
// Named, bounded threads for calls that block (file system, SQLite): io threads never wait for a disk.
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include "io/task.h"

namespace holdall::io {

/// Queue full: `run` answers Overloaded at once, it never waits for room. Destruction runs what is queued, then joins;
/// work given afterwards is a programmer error.
class BlockingPool {
 public:
  struct Config {
    unsigned threads = 4;
    std::size_t queue = 1024;  ///< calls waiting beyond those running
  };

  BlockingPool(std::string name, Config config);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Runs `work` (a callable returning Result<T>) on a thread of the pool and resumes the caller on its own executor.
  /// `work` must own or outlive everything it touches: once begun it runs to its end, cancelled or not. An exception
  /// that leaves it ends as an Internal error.
  template <class Work>
  auto run(Work work) -> Task<std::invoke_result_t<Work&>>;

  std::size_t queued() const;
  const std::string& name() const { return name_; }

 private:
  // A queued call; type-erased without a copy so that move-only work is welcome.
  struct Job {
    virtual ~Job() = default;
    virtual void execute() = 0;
  };

  bool submit(std::unique_ptr<Job>& job);  ///< false and `job` untouched when the queue is full
  void work_loop();

  template <class T, class Work, class Handler>
  struct JobOf;

  const std::string name_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

template <class T, class Work, class Handler>
struct BlockingPool::JobOf final : Job {
  JobOf(Work w, Handler h) : work(std::move(w)), handler(std::move(h)) {}

  void execute() override {
    T result = [&]() -> T {
      try {
        return work();
      } catch (const std::exception& error) {
        return fail(internal_error(std::string("exception in blocking work: ") + error.what()));
      }
    }();
    complete(std::move(result));
  }

  void complete(T result) {
    auto executor = asio::get_associated_executor(handler);
    asio::post(executor, [h = std::move(handler), r = std::move(result)]() mutable { std::move(h)(std::move(r)); });
  }

  Work work;
  Handler handler;
};

template <class Work>
auto BlockingPool::run(Work work) -> Task<std::invoke_result_t<Work&>> {
  using T = std::invoke_result_t<Work&>;
  auto initiate = [this](auto handler, Work w) {
    auto guarded = asio::bind_executor(
        asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked),
        std::move(handler));
    auto owned = std::make_unique<JobOf<T, Work, decltype(guarded)>>(std::move(w), std::move(guarded));
    auto* typed = owned.get();
    std::unique_ptr<Job> job = std::move(owned);
    if (submit(job)) return;
    typed->complete(fail(ErrorKind::Overloaded, "overloaded", "The server is busy; try again in a moment.",
                         "pool " + name_ + " is full"));
  };
  auto token = asio::use_awaitable;
  co_return co_await asio::async_initiate<decltype(token), void(T)>(initiate, token, std::move(work));
}

}  // namespace holdall::io
