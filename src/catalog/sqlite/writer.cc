#include "catalog/sqlite/writer.h"

#include <chrono>

#include <pthread.h>
#include <sqlite3.h>

#include <boost/asio/post.hpp>

namespace holdall::catalog::sqlite {
namespace {

// How long the writer waits for work before it uses the pause to empty the WAL.
constexpr std::chrono::milliseconds kIdle{500};
constexpr std::chrono::hours kForever{24};  // looking around once a day costs nothing

/// Everybody of a batch who waits on one executor: resumed one after the other by one posted handler.
class Answers {
 public:
  explicit Answers(std::vector<std::unique_ptr<PendingWrite>> writes) : writes_(std::move(writes)) {}

  void operator()() {
    while (next_ < writes_.size()) {
      const std::unique_ptr<PendingWrite> write = std::move(writes_[next_++]);
      try {
        write->resume();
      } catch (...) {
        // It goes where it would go had it been alone; the others must not lose their answers to it.
        boost::asio::any_io_executor executor = rest_executor();
        if (executor) boost::asio::post(executor, std::move(*this));
        throw;
      }
    }
  }

 private:
  boost::asio::any_io_executor rest_executor() const {
    return next_ < writes_.size() ? writes_[next_]->executor() : boost::asio::any_io_executor();
  }

  std::vector<std::unique_ptr<PendingWrite>> writes_;
  std::size_t next_ = 0;
};

int note_wal_pages(void* pages, sqlite3*, const char*, int in_wal) {
  *static_cast<std::size_t*>(pages) = static_cast<std::size_t>(in_wal);
  return SQLITE_OK;
}

Error unavailable() {
  return make_error(ErrorKind::Unavailable, "catalog-read-only",
                    "Nothing can be recorded at the moment, but what is there can be read; the operator has to look.",
                    "an earlier commit was not taken by the disk: writes stop until the next start");
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, const Clock& clock, Options options)
    : database_(std::move(database)), clock_(clock), options_(options), checkpoint_at_(options.checkpoint_pages) {
  sqlite3_wal_hook(database_->connection.handle(), note_wal_pages, &wal_pages_);
  thread_ = std::thread([this] { work_loop(); });
  pthread_setname_np(thread_.native_handle(), "catalog-writer");
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Writer::submit(std::unique_ptr<PendingWrite>& write) {
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.queue) return false;
    waiting_.push_back(std::move(write));
    wake = std::exchange(is_asleep_, false);
  }
  if (wake) wake_.notify_one();
  return true;
}

bool Writer::sleep(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds most) {
  is_asleep_ = true;
  const bool is_awaited = wake_.wait_for(lock, most, [this] { return stopping_ || !waiting_.empty(); });
  is_asleep_ = false;
  return is_awaited;
}

bool Writer::take(Batch& batch) {
  std::unique_lock lock(mutex_);
  std::chrono::milliseconds patience = kIdle;
  while (!stopping_ && waiting_.empty()) {
    if (sleep(lock, patience)) break;
    lock.unlock();
    checkpoint();
    lock.lock();
    patience = kForever;
  }
  batch.swap(waiting_);
  return !batch.empty();
}

void Writer::work_loop() {
  Batch batch;
  while (take(batch)) {
    carry_out(batch);
    commits_.fetch_add(1, std::memory_order_release);  // before anybody hears of it
    answer(batch);
    if (wal_pages_ >= checkpoint_at_) checkpoint();
  }
  close();
}

void Writer::carry_out(Batch& batch) {
  if (!is_healthy()) return refuse_all(batch, unavailable());
  auto outcome = attempt(batch, Isolation::None);
  if (outcome && *outcome == Attempt::Again) outcome = attempt(batch, Isolation::Savepoints);
  if (!outcome) refuse_all(batch, outcome.error());
}

// Most batches have no failure in them, and a savepoint costs as much as a statement: so the first attempt goes
// without, and only when a write has failed after it had changed something is the batch run again, each on its own.
Result<Writer::Attempt> Writer::attempt(Batch& batch, Isolation isolation) {
  HOLDALL_TRY_VOID(step(begin_));
  const Timestamp now = clock_.now();
  for (const auto& write : batch) {
    auto clean = run_one(*write, now, isolation);
    if (clean && *clean) continue;
    roll_back();
    if (!clean) return fail(std::move(clean).error());
    return Attempt::Again;
  }
  HOLDALL_TRY_VOID(commit());
  return Attempt::Committed;
}

/// True when what the write left in the transaction is what it should.
Result<bool> Writer::run_one(PendingWrite& write, Timestamp now, Isolation isolation) {
  Connection& connection = database_->connection;
  if (isolation == Isolation::Savepoints) HOLDALL_TRY_VOID(step(savepoint_));
  const std::int64_t changes_before = connection.total_changes();
  const Error* error = write.run(*database_, now);
  if (error != nullptr && !connection.is_in_transaction()) return fail(*error);  // a full disk, an I/O error
  const bool is_half_done = error != nullptr && connection.total_changes() != changes_before;
  if (isolation == Isolation::None) return !is_half_done;
  if (is_half_done) HOLDALL_TRY_VOID(step(roll_back_one_));
  HOLDALL_TRY_VOID(step(release_));
  return true;
}

Result<void> Writer::step(Statement& statement) { return Query(database_->connection, statement).run(); }

Result<void> Writer::commit() {
  const std::size_t pages_before = wal_pages_;
  const auto committed = step(commit_);
  if (!committed) {
    if (committed.error().kind == ErrorKind::Unavailable) failed_.store(true, std::memory_order_relaxed);
    roll_back();
    return committed;
  }
  if (wal_pages_ < pages_before) checkpoint_at_ = options_.checkpoint_pages;  // the WAL has begun anew
  return {};
}

// Its own failure is not told: the error that led here is.
void Writer::roll_back() {
  if (database_->connection.is_in_transaction()) (void)step(roll_back_);
}

void Writer::refuse_all(Batch& batch, const Error& error) {
  for (const auto& write : batch)
    write->refuse(error);
}

void Writer::answer(Batch& batch) {
  while (!batch.empty()) {
    const boost::asio::any_io_executor executor = batch.front()->executor();
    Batch same, others;
    same.reserve(batch.size());
    for (auto& write : batch)
      (write->executor() == executor ? same : others).push_back(std::move(write));
    boost::asio::post(executor, Answers(std::move(same)));
    batch = std::move(others);
  }
}

// PASSIVE: waits for no reader; what a reader still needs stays for the next time. A failure is not told: the WAL keeps
// everything, and the next commit or start meets the same disk.
void Writer::checkpoint() {
  if (!is_healthy() || wal_pages_ == 0) return;
  sqlite3_wal_checkpoint_v2(database_->connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  checkpoint_at_ = wal_pages_ + options_.checkpoint_pages;
}

// A short WAL is a quick start. Once the disk has failed the files stay as they are: the next start reads the WAL with
// its checksums, a checkpoint would not.
void Writer::close() {
  ::sqlite3* const handle = database_->connection.handle();
  if (is_healthy()) {
    sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  } else {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
}

}  // namespace holdall::catalog::sqlite
