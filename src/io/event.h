#pragma once
// Something that happens once, and coroutines of any thread that wait for it.
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "base/context.h"
#include "io/task.h"

namespace holdall::io {

/// Any thread sets it; it stays set. Outlives whoever waits. An executor lives as long as a coroutine waits on it.
class Event {
 public:
  void set();
  bool is_set() const;

  /// True once it is set; false when the deadline or the stop of the context comes first. On the executor of the
  /// caller.
  Task<bool> wait(const Context& context);

 private:
  mutable std::mutex mutex_;
  bool is_set_ = false;
  // Owned by those who wait: a timer must not outlive its executor.
  std::vector<std::weak_ptr<asio::steady_timer>> waiting_;
};

}  // namespace holdall::io
