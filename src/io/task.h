#pragma once
// The coroutine type of every port and the completion token whose outcome is a value.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/result.h"

namespace holdall::io {

namespace asio = boost::asio;

/// A coroutine that runs on the thread of the connection or task that awaits it. Lazily started: nothing happens until
/// it is awaited, and then exactly once.
template <class T = void>
using Task = asio::awaitable<T>;

/// `auto [error, count] = co_await socket.async_read_some(buffer, io::kAsTuple);`: end of stream, reset and
/// cancellation come back as an error code and never as an exception.
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace holdall::io
