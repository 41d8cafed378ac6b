#include "media/turns.h"

namespace holdall::media {
namespace {

Failure not_wanted(const Context& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::Cancelled, "cancelled", "Nobody waits any more.");
  return fail(ErrorKind::Timeout, "timeout", "Too many others wait as well; try again in a moment.");
}

}  // namespace

io::Task<Result<Turns::Turn>> Turns::take(Priority priority, const Context& context) {
  if (context.stop.stop_requested() || context.is_expired()) co_return not_wanted(context);
  std::shared_ptr<Waiter> waiter;
  {
    const std::lock_guard lock(mutex_);
    if (free_ > 0) {
      --free_;
      co_return Turn(*this);
    }
    if (requests_.size() + background_.size() >= most_waiting_) {
      co_return fail(ErrorKind::Overloaded, "overloaded", "The server is busy; try again in a moment.",
                     "too many wait to look into a file");
    }
    waiter = std::make_shared<Waiter>();
    queue_of(priority).push_back(waiter);
  }
  co_await waiter->is_next.wait(context);
  const std::lock_guard lock(mutex_);
  if (waiter->has_turn) co_return Turn(*this);
  std::erase(queue_of(priority), waiter);
  co_return not_wanted(context);
}

std::size_t Turns::waiting() const {
  const std::lock_guard lock(mutex_);
  return requests_.size() + background_.size();
}

void Turns::give_back() {
  std::shared_ptr<Waiter> next;
  {
    const std::lock_guard lock(mutex_);
    Queue& queue = requests_.empty() ? background_ : requests_;
    if (queue.empty()) {
      ++free_;
      return;
    }
    next = std::move(queue.front());
    queue.pop_front();
    next->has_turn = true;
  }
  next->is_next.set();
}

}  // namespace holdall::media
