#pragma once
// Starts a task nobody awaits: what leaves it as an exception is logged, never lost and never fatal.
#include <exception>
#include <memory>
#include <string>

#include <spdlog/logger.h>

#include <boost/asio/co_spawn.hpp>

#include "io/task.h"

namespace holdall::io {

/// Writes "<name> ended with an exception: <what>". `error` may be null.
void log_escaped(spdlog::logger& logger, const std::string& name, const std::exception_ptr& error);

template <class Executor>
void spawn_logged(const Executor& executor, std::shared_ptr<spdlog::logger> logger, std::string name, Task<> task) {
  asio::co_spawn(executor, std::move(task),
                 [logger = std::move(logger), name = std::move(name)](const std::exception_ptr& error) {
                   log_escaped(*logger, name, error);
                 });
}

}  // namespace holdall::io
