#include "io/deadline_sweeper.h"

namespace holdall::io {

DeadlineSweeper::DeadlineSweeper(boost::asio::io_context& context, std::chrono::milliseconds tick)
    : timer_(context), tick_(tick) {}

void DeadlineSweeper::add(Watch& watch) {
  watch.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &watch;
  first_ = &watch;
  if (!scheduled_) schedule();
}

void DeadlineSweeper::remove(Watch& watch) {
  if (watch.previous_ != nullptr) watch.previous_->next_ = watch.next_;
  if (watch.next_ != nullptr) watch.next_->previous_ = watch.previous_;
  if (first_ == &watch) first_ = watch.next_;
  // With nobody left to watch the timer would only keep io_context::run from returning.
  if (first_ == nullptr && scheduled_) timer_.cancel();
}

void DeadlineSweeper::schedule() {
  scheduled_ = true;
  timer_.expires_after(tick_);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    if (alive.expired()) return;
    if (error == boost::asio::error::operation_aborted && first_ == nullptr) {
      scheduled_ = false;
      return;
    }
    sweep();
  });
}

void DeadlineSweeper::sweep() {
  const Deadline now = std::chrono::steady_clock::now();
  for (Watch* watch = first_; watch != nullptr; watch = watch->next_) {
    if (watch->deadline_ > now) continue;
    watch->disarm();
    watch->on_deadline();
  }
  if (first_ == nullptr) {
    scheduled_ = false;
  } else {
    schedule();
  }
}

}  // namespace holdall::io
