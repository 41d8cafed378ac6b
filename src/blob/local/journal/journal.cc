#include "blob/local/journal/journal.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include "blob/errors.h"

namespace holdall::blob::local {
namespace {

namespace asio = boost::asio;

// One frame: more would delay the first of it, and 256 records are what a reader of the journal believes.
constexpr std::size_t kMostBatchBytes = 1024 * 1024;

/// An answer that resumes the coroutine on its own executor, which is kept running until then.
template <class Handler>
auto answer_on_own_executor(Handler handler) {
  auto executor = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
  return [executor = std::move(executor), handler = std::move(handler)](Result<void> result) mutable {
    asio::post(executor, [h = std::move(handler), r = std::move(result)]() mutable { std::move(h)(std::move(r)); });
  };
}

}  // namespace

Journal::Journal(Medium& medium, Parents& parents, RecentBlobs& recent, SegmentRing& segments,
                 Materialiser& materialiser)
    : medium_(medium), parents_(parents), recent_(recent), segments_(segments), materialiser_(materialiser) {
  thread_ = std::thread([this] { work_loop(); });
  pthread_setname_np(thread_.native_handle(), "blob-journal");
}

Journal::~Journal() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

io::Task<Result<void>> Journal::commit(Key key, Claim claim, SharedBlob blob) {
  co_return co_await submit(std::move(key), std::move(claim), std::move(blob));
}

io::Task<Result<Journal::Removal>> Journal::remove(Key key) {
  HOLDALL_CO_TRY_VOID(co_await submit(key, std::nullopt, nullptr));
  co_return recent_.find(key.text()).state == RecentBlobs::State::Hidden ? Removal::Complete : Removal::FileRemains;
}

io::Task<Result<void>> Journal::submit(Key key, std::optional<Claim> claim, SharedBlob blob) {
  auto initiate = [this](auto handler, Entry entry) {
    entry.answer = answer_on_own_executor(std::move(handler));
    push(std::move(entry));
  };
  Entry entry{std::move(key), std::move(claim), std::move(blob), {}};
  auto token = asio::use_awaitable;
  co_return co_await asio::async_initiate<decltype(token), void(Result<void>)>(initiate, token, std::move(entry));
}

void Journal::push(Entry entry) {
  bool was_empty = false;
  {
    std::lock_guard lock(mutex_);
    was_empty = queue_.empty();
    queue_.push_back(std::move(entry));
  }
  if (was_empty) wake_.notify_one();
}

void Journal::work_loop() {
  while (true) {
    Batch batch = take_batch();
    if (batch.empty()) return;
    refuse_existing(batch);
    if (const auto writable = medium_.require_writable(); !writable) refuse_blobs(batch, writable.error());
    if (batch.empty()) continue;
    if (const auto sequence = make_durable(batch)) {
      publish(batch, *sequence);
    } else {
      refuse(batch, sequence.error());
    }
  }
}

Journal::Batch Journal::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const Entry& entry : queue_) {
    bytes += entry.blob ? entry.blob->bytes.size() : 0;
    if (count == kMostRecords || (count > 0 && bytes > kMostBatchBytes)) break;
    ++count;
  }
  if (count == queue_.size()) return std::exchange(queue_, {});
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  Batch batch(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

// The keys are claimed, so nobody can make such a file between this look and the frame.
void Journal::refuse_existing(Batch& batch) {
  std::erase_if(batch, [&](Entry& entry) {
    if (!entry.blob) return false;
    auto error = find_obstacle(entry.key);
    if (!error) return false;
    answer_error(entry, *std::move(error));
    return true;
  });
}

/// Why no file of that key could be made.
std::optional<Error> Journal::find_obstacle(const Key& key) {
  const auto folder = parents_.open(std::string(parent_of(key.text())));
  if (!folder && folder.error() == ENOENT) return std::nullopt;
  if (!folder && folder.error() == ENOTDIR) return blob_exists(key);
  if (!folder) return Medium::read_error(folder.error(), "open the folder of blobs/" + key.text());
  const std::string name(name_within(key.text()));
  if (::faccessat((*folder)->get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) return blob_exists(key);
  return std::nullopt;
}

Result<std::uint64_t> Journal::make_durable(const Batch& batch) {
  std::vector<Record> records;
  std::vector<std::span<const std::byte>> payloads;
  records.reserve(batch.size());
  payloads.reserve(batch.size());
  std::size_t bytes = 0;
  std::size_t blobs = 0;
  for (const Entry& entry : batch) {
    Record record;
    record.kind = entry.blob ? RecordKind::Blob : RecordKind::Tombstone;
    record.key = entry.key.text();
    if (entry.blob) {
      record.size = static_cast<std::uint32_t>(entry.blob->bytes.size());
      record.written_at = entry.blob->written_at;
      record.sha256 = entry.blob->sha256;
      payloads.emplace_back(entry.blob->bytes);
      bytes += entry.blob->bytes.size();
      ++blobs;
    }
    records.push_back(std::move(record));
  }
  HOLDALL_TRY_VOID(medium_.require_healthy());
  if (blobs > 0) HOLDALL_TRY_VOID(materialiser_.wait_for_room(bytes));
  const std::uint64_t most = frame_length(kFixedHead + batch.size() * kLargestEntry, bytes);
  HOLDALL_TRY(Segment* const segment, segments_.acquire(most, batch.size()));
  HOLDALL_TRY_VOID(segment->append(records, payloads));
  medium_.pass(CrashPoint::FrameWritten);
  HOLDALL_TRY_VOID(segment->sync());
  medium_.pass(CrashPoint::FrameSynced);
  segments_.add_unfiled(blobs);
  return segment->life().sequence;
}

void Journal::publish(Batch& batch, std::uint64_t sequence) {
  std::vector<Materialiser::Work> work;
  work.reserve(batch.size());
  for (Entry& entry : batch) {
    if (entry.blob) {
      work.push_back({entry.key.text(), sequence, entry.blob->bytes.size()});
      recent_.publish(entry.key.text(), std::move(entry.blob), sequence);
      entry.claim->settle();
    } else {
      recent_.note_tombstone(entry.key.text(), sequence);
      recent_.hide(entry.key.text());
      medium_.pass(CrashPoint::TombstoneSynced);
    }
  }
  for (Entry& entry : batch)
    entry.answer({});
  if (!work.empty()) materialiser_.push(std::move(work));
}

// Removals go on: they make room.
void Journal::refuse_blobs(Batch& batch, const Error& error) {
  std::erase_if(batch, [&](Entry& entry) {
    if (!entry.blob) return false;
    answer_error(entry, error);
    return true;
  });
}

void Journal::refuse(Batch& batch, const Error& error) {
  for (Entry& entry : batch)
    answer_error(entry, error);
}

// The key is free before anybody hears of it.
void Journal::answer_error(Entry& entry, Error error) {
  entry.claim.reset();
  entry.answer(fail(std::move(error)));
}

}  // namespace holdall::blob::local
