#pragma once
// The one connection that changes the catalog, and the thread it lives on: all that waits becomes one transaction and
// one sync, then everybody is answered.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>

#include "base/clock.h"
#include "base/context.h"
#include "catalog/detail/failures.h"
#include "catalog/sqlite/database.h"
#include "catalog/sqlite/pending_write.h"
#include "io/task.h"

namespace holdall::catalog::sqlite {

/// After a commit that the medium did not take (fsync failed: nobody knows what is on it), every write answers
/// Unavailable until the program starts again; a full disk is no such failure. Destruction carries out what waits,
/// moves the WAL into the file and closes it.
class Writer {
 public:
  struct Options {
    std::size_t queue = 4096;             ///< calls that may wait; more are Overloaded
    std::size_t checkpoint_pages = 2000;  ///< of the WAL before it is moved into the file in the middle of work
  };

  Writer(std::unique_ptr<Database> database, const Clock& clock, Options options);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs `work(Database&, Timestamp now) -> Result<T>` inside the next transaction and answers when that is durable.
  /// A failed work leaves nothing behind, whatever it had done. It may be run twice: the batch it was in may be rolled
  /// back for another's sake. It may refer to what lives in the awaiting coroutine.
  template <class Work>
  auto run(Work work, const Context& context) -> io::Task<std::invoke_result_t<Work&, Database&, Timestamp>>;

  /// Counts what has been committed; a reader that begins after it has looked at the count sees as much. Any thread.
  std::uint64_t commits() const { return commits_.load(std::memory_order_acquire); }

  /// False after the failure described above.
  bool is_healthy() const { return !failed_.load(std::memory_order_relaxed); }

 private:
  using Batch = std::vector<std::unique_ptr<PendingWrite>>;
  enum class Isolation : std::uint8_t { None, Savepoints };
  enum class Attempt : std::uint8_t { Committed, Again };

  bool submit(std::unique_ptr<PendingWrite>& write);
  bool take(Batch& batch);
  bool sleep(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds most);
  void work_loop();
  void carry_out(Batch& batch);
  Result<Attempt> attempt(Batch& batch, Isolation isolation);
  Result<bool> run_one(PendingWrite& write, Timestamp now, Isolation isolation);
  Result<void> step(Statement& statement);
  Result<void> commit();
  void roll_back();
  static void refuse_all(Batch& batch, const Error& error);
  static void answer(Batch& batch);
  void checkpoint();
  void close();

  const std::unique_ptr<Database> database_;
  Statement begin_{"BEGIN IMMEDIATE"};
  Statement commit_{"COMMIT"};
  Statement roll_back_{"ROLLBACK"};
  Statement savepoint_{"SAVEPOINT one"};
  Statement release_{"RELEASE one"};
  Statement roll_back_one_{"ROLLBACK TO one"};
  const Clock& clock_;
  const Options options_;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> commits_{0};
  std::size_t wal_pages_ = 0;  ///< in the WAL after the last commit; this and the next are the thread's own
  std::size_t checkpoint_at_;  ///< when it is that long

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch waiting_;
  bool is_asleep_ = false;
  bool stopping_ = false;
  std::thread thread_;  ///< last: it uses all of the above
};

template <class Work>
auto Writer::run(Work work, const Context& context) -> io::Task<std::invoke_result_t<Work&, Database&, Timestamp>> {
  using T = std::invoke_result_t<Work&, Database&, Timestamp>;
  HOLDALL_CO_TRY_VOID(detail::require_wanted(context));
  auto initiate = [this](auto handler, Work given) {
    using Pending = PendingWriteOf<T, Work, decltype(handler)>;
    std::unique_ptr<PendingWrite> write = std::make_unique<Pending>(std::move(given), std::move(handler));
    if (submit(write)) return;
    write->refuse(make_error(ErrorKind::Overloaded, "overloaded", "The server is busy; try again in a moment.",
                             "the catalog's queue of writes is full"));
    Batch refused;
    refused.push_back(std::move(write));
    answer(refused);
  };
  auto token = io::asio::use_awaitable;
  co_return co_await io::asio::async_initiate<decltype(token), void(T)>(initiate, token, std::move(work));
}

}  // namespace holdall::catalog::sqlite
