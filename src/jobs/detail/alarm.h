#pragma once
// A pause that can be cut short from another thread.
#include <chrono>
#include <memory>
#include <mutex>

#include <boost/asio/steady_timer.hpp>

#include "io/task.h"

namespace holdall::jobs::detail {

/// One coroutine waits, on an executor of one thread; any thread rings while that executor lives. A ring that nobody
/// waits for is kept for the next wait: none is lost, many count as one.
class Alarm {
 public:
  void ring();
  io::Task<void> wait(std::chrono::milliseconds longest);

 private:
  std::mutex mutex_;
  bool is_rung_ = false;
  // Owned by the waiting coroutine: it must not outlive its executor.
  std::weak_ptr<io::asio::steady_timer> timer_;
};

}  // namespace holdall::jobs::detail
