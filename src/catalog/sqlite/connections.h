#pragma once
// All connections of a catalog's file, and how a call gets to one: point reads on the calling thread, listings and
// checks on a small pool, all changes through one group-commit thread.
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/clock.h"
#include "catalog/detail/failures.h"
#include "catalog/sqlite/config.h"
#include "catalog/sqlite/interruption.h"
#include "catalog/sqlite/lock_file.h"
#include "catalog/sqlite/readers.h"
#include "catalog/sqlite/writer.h"
#include "io/blocking_pool.h"
#include "io/task.h"

namespace holdall::catalog::sqlite {

/// Safe from any thread; dies after the last call has answered.
class Connections {
 public:
  /// `clock` outlives them.
  Connections(const Config& config, const Clock& clock);

  /// Locks and opens the file as Mode says, and brings its schema up to date.
  Result<void> start(const Config& config);

  const Clock& clock() const { return clock_; }
  bool has_writer() const { return writer_ != nullptr; }
  /// False without a writer, or when that has met a disk that takes nothing any more.
  bool takes_writes() const { return writer_ && writer_->is_healthy(); }

  /// `work(Database&) -> Result<T>` on the calling thread.
  template <class Work>
  auto read_here(const Context& context, Work work) -> std::invoke_result_t<Work&, Database&>;
  /// The same on an io thread, in a snapshot shared with the other reads of this round of its loop.
  template <class Work>
  auto read_in_round(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>>;
  /// The same on the pool, ended early when nobody waits any more.
  template <class Work>
  auto read_elsewhere(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>>;
  /// The same, and all statements of the work see one state.
  template <class Work>
  auto read_at_once(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>>;
  /// `work(Database&, Timestamp now) -> Result<T>` in a transaction.
  template <class Work>
  auto write(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&, Timestamp>>;

 private:
  Result<void> start_writer(const Config& config);

  const Clock& clock_;
  std::optional<LockFile> lock_;
  std::unique_ptr<Writer> writer_;  ///< none with Mode::ReadOnly
  Readers readers_;
  io::BlockingPool pool_;
};

template <class Work>
auto Connections::read_here(const Context& context, Work work) -> std::invoke_result_t<Work&, Database&> {
  HOLDALL_TRY_VOID(detail::require_wanted(context));
  HOLDALL_TRY(Database* const database, readers_.local());
  if (writer_) HOLDALL_TRY_VOID(database->snapshot.renew(writer_->commits()));
  return work(*database);
}

// Requests that are ready at the same time are handled one after the other, and what is posted comes behind them all.
template <class Work>
auto Connections::read_in_round(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>> {
  // Without a writer another process commits, and nobody counts.
  if (!writer_) co_return read_here(context, std::move(work));
  HOLDALL_CO_TRY(Database* const database, readers_.local());
  if (!database->snapshot.is_open()) {
    HOLDALL_CO_TRY_VOID(database->snapshot.hold(writer_->commits()));
    io::asio::post(co_await io::asio::this_coro::executor,
                   [database, lifetime = readers_.lifetime()] { database->snapshot.let_go(); });
  }
  co_return read_here(context, std::move(work));
}

template <class Work>
auto Connections::read_elsewhere(const Context& context, Work work)
    -> io::Task<std::invoke_result_t<Work&, Database&>> {
  using Answer = std::invoke_result_t<Work&, Database&>;
  auto interruptible = [this, &context, w = std::move(work)]() mutable -> Answer {
    return read_here(context, [&](Database& database) -> Answer {
      const Interruption interruption(database.connection, context);
      auto answer = w(database);
      if (!answer) return fail(interruption.explain(std::move(answer).error()));
      return answer;
    });
  };
  co_return co_await pool_.run(std::move(interruptible));
}

template <class Work>
auto Connections::read_at_once(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>> {
  using Answer = std::invoke_result_t<Work&, Database&>;
  auto in_snapshot = [this, w = std::move(work)](Database& database) mutable -> Answer {
    HOLDALL_TRY_VOID(database.snapshot.hold(writer_ ? writer_->commits() : 0));
    auto answer = w(database);
    database.snapshot.let_go();
    return answer;
  };
  co_return co_await read_elsewhere(context, std::move(in_snapshot));
}

template <class Work>
auto Connections::write(const Context& context, Work work)
    -> io::Task<std::invoke_result_t<Work&, Database&, Timestamp>> {
  if (!writer_) co_return fail(ErrorKind::Unavailable, "catalog-read-only", "The catalog is open for reading only.");
  co_return co_await writer_->run(std::move(work), context);
}

}  // namespace holdall::catalog::sqlite
