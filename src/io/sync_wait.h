#pragma once
// Runs one task to its end on an io_context of its own: for command-line verbs and tests, never on an io thread.
#include <exception>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "io/task.h"

namespace holdall::io {

/// `auto outcome = io::sync_wait(store.stat(key, context));` Blocks the calling thread; rethrows what the task throws.
template <class T>
T sync_wait(Task<T> task) {
  asio::io_context context(1);
  std::exception_ptr thrown;
  std::optional<T> result;
  asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T value) {
    thrown = error;
    if (!error) result.emplace(std::move(value));
  });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*result);
}

}  // namespace holdall::io
