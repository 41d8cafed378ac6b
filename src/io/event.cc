#include "io/event.h"

#include <algorithm>
#include <stop_token>
#include <utility>

#include <boost/asio/post.hpp>

namespace holdall::io {
namespace {

// Posted, not called: a timer belongs to its thread, and there the wait has begun by the time this runs.
void wake(std::shared_ptr<asio::steady_timer> timer) {
  const auto executor = timer->get_executor();
  asio::post(executor, [timer = std::move(timer)] { timer->cancel(); });
}

}  // namespace

void Event::set() {
  std::vector<std::weak_ptr<asio::steady_timer>> waiting;
  {
    const std::lock_guard lock(mutex_);
    is_set_ = true;
    waiting = std::exchange(waiting_, {});
  }
  for (const auto& each : waiting) {
    if (std::shared_ptr<asio::steady_timer> timer = each.lock()) wake(std::move(timer));
  }
}

bool Event::is_set() const {
  const std::lock_guard lock(mutex_);
  return is_set_;
}

Task<bool> Event::wait(const Context& context) {
  const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, context.deadline);
  {
    const std::lock_guard lock(mutex_);
    if (is_set_) co_return true;
    std::erase_if(waiting_, [](const auto& each) { return each.expired(); });
    waiting_.push_back(timer);
  }
  const std::stop_callback on_stop(context.stop, [&timer] { wake(timer); });
  co_await timer->async_wait(kAsTuple);
  co_return is_set();
}

}  // namespace holdall::io
