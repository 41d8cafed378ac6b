#pragma once
// Tasks that belong together: counted, cancelled together, awaited before what they use goes away.
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include <spdlog/logger.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/context.h"
#include "io/task.h"

namespace holdall::io {

/// Belongs to one thread, the executor's. An exception that leaves a task is logged under its name. Must be empty when
/// it dies: await wait() first.
class TaskGroup {
 public:
  TaskGroup(asio::any_io_executor executor, std::shared_ptr<spdlog::logger> logger);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(std::string name, Task<> task);

  /// Ends what every task waits on now (asio: terminal cancellation); a task may still clean up.
  void cancel();

  /// Until no task is left, or the deadline; true when none is left.
  Task<bool> wait(Deadline deadline);

  std::size_t size() const { return running_.size(); }

 private:
  void on_end();

  asio::any_io_executor executor_;
  std::shared_ptr<spdlog::logger> logger_;
  std::list<asio::cancellation_signal> running_;
  asio::steady_timer changed_;
};

}  // namespace holdall::io
