#pragma once
// One io_context per thread: what begins on a thread stays there and needs no lock.
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "io/task.h"

namespace holdall::io {

/// The threads run from construction until stop(). What is posted after stop() does not run.
class IoThreads {
 public:
  explicit IoThreads(unsigned count);  ///< 0: one per processor this process may use
  ~IoThreads();                        ///< as stop()
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const { return contexts_.size(); }
  asio::io_context& context(std::size_t index) { return contexts_.at(index); }

  /// Returns when every thread has left its io_context; idempotent. Not from one of the threads.
  void stop();

 private:
  std::deque<asio::io_context> contexts_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
  std::vector<std::thread> threads_;
};

}  // namespace holdall::io
