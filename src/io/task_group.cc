#include "io/task_group.h"

#include <cassert>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "io/spawn_logged.h"

namespace holdall::io {

TaskGroup::TaskGroup(asio::any_io_executor executor, std::shared_ptr<spdlog::logger> logger)
    : executor_(std::move(executor)), logger_(std::move(logger)), changed_(executor_) {}

TaskGroup::~TaskGroup() { assert(running_.empty()); }

void TaskGroup::spawn(std::string name, Task<> task) {
  const auto place = running_.emplace(running_.end());
  auto on_done = [this, place, name = std::move(name)](const std::exception_ptr& error) {
    log_escaped(*logger_, name, error);
    running_.erase(place);
    on_end();
  };
  asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(place->slot(), std::move(on_done)));
}

void TaskGroup::cancel() {
  // A task may end, and leave the list, while it is told to: the next one is looked up beforehand.
  for (auto next = running_.begin(); next != running_.end();) {
    auto current = next++;
    current->emit(asio::cancellation_type::terminal);
  }
}

void TaskGroup::on_end() {
  if (running_.empty()) changed_.cancel();
}

Task<bool> TaskGroup::wait(Deadline deadline) {
  while (!running_.empty()) {
    changed_.expires_at(deadline);
    const auto [woken] = co_await changed_.async_wait(kAsTuple);
    if (!woken) co_return running_.empty();
  }
  co_return true;
}

}  // namespace holdall::io
