#include "jobs/detail/alarm.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace holdall::jobs::detail {

void Alarm::ring() {
  std::shared_ptr<io::asio::steady_timer> timer;
  {
    const std::lock_guard lock(mutex_);
    is_rung_ = true;
    timer = timer_.lock();
  }
  // Posted, not called: a timer belongs to its thread, and there the wait has begun by the time this runs.
  if (timer == nullptr) return;
  const auto executor = timer->get_executor();
  io::asio::post(executor, [timer = std::move(timer)] { timer->cancel(); });
}

io::Task<void> Alarm::wait(std::chrono::milliseconds longest) {
  const auto timer = std::make_shared<io::asio::steady_timer>(co_await io::asio::this_coro::executor, longest);
  bool was_rung = false;
  {
    const std::lock_guard lock(mutex_);
    was_rung = std::exchange(is_rung_, false);
    if (!was_rung) timer_ = timer;
  }
  if (was_rung) co_return;
  co_await timer->async_wait(io::kAsTuple);
  const std::lock_guard lock(mutex_);
  is_rung_ = false;
  timer_.reset();
}

}  // namespace holdall::jobs::detail
