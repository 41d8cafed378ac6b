#pragma once
// Who may work now: so many at a time, requests before background work, the others in order of arrival.
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "base/context.h"
#include "io/event.h"
#include "io/task.h"
#include "media/engine.h"

namespace holdall::media {

class Turns {
 public:
  Turns(std::size_t at_a_time, std::size_t queue) : free_(at_a_time), most_waiting_(queue) {}

  /// Given back at its end, on any thread. Must not outlive the Turns.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(&turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->give_back();
    }

   private:
    Turns* turns_;
  };

  /// Overloaded when too many wait already, Timeout when the deadline comes first, Cancelled when it is not wanted any
  /// more. Any thread.
  io::Task<Result<Turn>> take(Priority priority, const Context& context);

  std::size_t waiting() const;

 private:
  struct Waiter {
    io::Event is_next;
    bool has_turn = false;
  };
  using Queue = std::deque<std::shared_ptr<Waiter>>;

  Queue& queue_of(Priority priority) { return priority == Priority::Request ? requests_ : background_; }
  void give_back();

  mutable std::mutex mutex_;
  std::size_t free_;
  const std::size_t most_waiting_;
  Queue requests_, background_;
};

}  // namespace holdall::media
