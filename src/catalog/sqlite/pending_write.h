#pragma once
// A write on its way: given by a coroutine, run by the writer's thread, answered on the coroutine's own executor.
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/sqlite/database.h"

namespace holdall::catalog::sqlite {

class PendingWrite {
 public:
  virtual ~PendingWrite() = default;

  /// Runs the work; the error it ended with, or null. May be called again after a roll-back.
  virtual const Error* run(Database& database, Timestamp now) = 0;
  /// Replaces a success by this error; a write that failed keeps its own.
  virtual void refuse(const Error& error) = 0;
  virtual boost::asio::any_io_executor executor() const = 0;
  /// Resumes the coroutine, on its executor; the object is spent afterwards.
  virtual void resume() = 0;
};

/// The handler keeps the awaiting coroutine's frame alive, and its executor busy: co_spawn holds the work guard.
template <class T, class Work, class Handler>
class PendingWriteOf final : public PendingWrite {
 public:
  PendingWriteOf(Work work, Handler handler) : work_(std::move(work)), handler_(std::move(handler)) {}

  const Error* run(Database& database, Timestamp now) override {
    try {
      result_.emplace(work_(database, now));
    } catch (const std::exception& error) {
      result_.emplace(fail(internal_error(std::string("exception in a transaction: ") + error.what())));
    }
    return result_->has_value() ? nullptr : &result_->error();
  }

  void refuse(const Error& error) override {
    if (!result_ || result_->has_value()) result_.emplace(fail(error));
  }

  boost::asio::any_io_executor executor() const override { return boost::asio::get_associated_executor(handler_); }

  void resume() override {
    Handler handler = std::move(handler_);
    T result = *std::move(result_);
    std::move(handler)(std::move(result));
  }

 private:
  Work work_;
  Handler handler_;
  std::optional<T> result_;
};

}  // namespace holdall::catalog::sqlite
