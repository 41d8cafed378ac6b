#pragma once
// Result<T>: a value or an Error. Every module's door returns one; exceptions are for broken configuration at start,
// programmer errors and out of memory.
#include <expected>
#include <utility>

#include "base/error.h"

namespace holdall {

template <class T = void>
using Result = std::expected<T, Error>;

using Failure = std::unexpected<Error>;

/// `return fail(ErrorKind::NotFound, "no-such-attachment", "...")`
inline Failure fail(ErrorKind kind, std::string code, std::string message, std::string internal = {}) {
  return Failure(make_error(kind, std::move(code), std::move(message), std::move(internal)));
}

inline Failure fail(Error error) { return Failure(std::move(error)); }

}  // namespace holdall

#define HOLDALL_CONCAT_(a, b) a##b
#define HOLDALL_CONCAT(a, b) HOLDALL_CONCAT_(a, b)

/// `HOLDALL_TRY(auto row, find(id));` declares row, or returns the error of find(id).
#define HOLDALL_TRY(declaration, expression)                                      \
  auto HOLDALL_CONCAT(result_, __LINE__) = (expression);                          \
  if (!HOLDALL_CONCAT(result_, __LINE__)) [[unlikely]]                            \
    return ::holdall::fail(std::move(HOLDALL_CONCAT(result_, __LINE__)).error()); \
  declaration = *std::move(HOLDALL_CONCAT(result_, __LINE__))

/// The same for Result<void>.
#define HOLDALL_TRY_VOID(expression)                       \
  do {                                                     \
    auto outcome_ = (expression);                          \
    if (!outcome_) [[unlikely]]                            \
      return ::holdall::fail(std::move(outcome_).error()); \
  } while (false)

/// The same in a coroutine: `HOLDALL_CO_TRY(auto row, co_await catalog.find(id));`
#define HOLDALL_CO_TRY(declaration, expression)                                      \
  auto HOLDALL_CONCAT(result_, __LINE__) = (expression);                             \
  if (!HOLDALL_CONCAT(result_, __LINE__)) [[unlikely]]                               \
    co_return ::holdall::fail(std::move(HOLDALL_CONCAT(result_, __LINE__)).error()); \
  declaration = *std::move(HOLDALL_CONCAT(result_, __LINE__))

#define HOLDALL_CO_TRY_VOID(expression)                       \
  do {                                                        \
    auto outcome_ = (expression);                             \
    if (!outcome_) [[unlikely]]                               \
      co_return ::holdall::fail(std::move(outcome_).error()); \
  } while (false)
