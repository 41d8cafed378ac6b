#include "blob/local/local_writer.h"

#include <algorithm>

#include "blob/errors.h"

namespace holdall::blob::local {
namespace {

// Once a file is staged, pieces smaller than this are collected: a trip to the pool costs as much as hashing 20 KiB.
constexpr std::size_t kSmallestPiece = 16 * 1024;
// What the smallest file takes nearly everywhere.
constexpr std::uint64_t kBlockOnMedium = 4096;

}  // namespace

LocalWriter::~LocalWriter() {
  // Removing a large file frees its blocks one by one: not on an io thread.
  if (staging_) parts_.janitor.dispose(std::move(staging_));
}

io::Task<Result<void>> LocalWriter::write(std::span<const std::byte> bytes) {
  if (spent_) co_return fail(writer_spent());
  const bool is_large = staging_ || expected_size_.value_or(0) > kLargestSmallBlob;
  const std::size_t limit = is_large ? kSmallestPiece : kLargestSmallBlob;
  if (buffer_.size() + bytes.size() <= limit) {
    // Never more than the limit, which doubling would be.
    if (buffer_.capacity() < buffer_.size() + bytes.size()) {
      buffer_.reserve(std::clamp(2 * buffer_.capacity(), buffer_.size() + bytes.size(), limit));
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    co_return Result<void>();
  }
  spent_ = true;
  HOLDALL_CO_TRY_VOID(co_await spill(bytes));
  spent_ = false;
  co_return Result<void>();
}

io::Task<Result<void>> LocalWriter::spill(std::span<const std::byte> bytes) {
  if (!staging_) staging_ = std::make_shared<Staging>();
  auto work = [&parts = parts_, staging = staging_, held = std::move(buffer_), bytes,
               expected = expected_size_]() -> Result<void> {
    auto append = [&]() -> Result<void> {
      HOLDALL_TRY_VOID(parts.medium.require_writable());
      if (parts.space.is_due()) parts.space.refresh();
      if (!staging->file) {
        HOLDALL_TRY(staging->file, StagedFile::create(parts.medium, parts.space, expected));
      }
      HOLDALL_TRY_VOID(staging->file->append(held));
      return staging->file->append(bytes);
    };
    auto outcome = append();
    if (!outcome) staging->file.reset();
    return outcome;
  };
  buffer_ = {};
  co_return co_await parts_.pool.run(std::move(work));
}

io::Task<Result<Written>> LocalWriter::commit() {
  if (spent_) co_return fail(writer_spent());
  spent_ = true;
  HOLDALL_CO_TRY_VOID(parts_.medium.require_writable());
  auto claim = parts_.recent.claim(key_.text());
  if (!claim) co_return fail(blob_exists(key_));
  if (staging_) co_return co_await commit_staged(*std::move(claim));
  co_return co_await commit_small(*std::move(claim));
}

io::Task<Result<Space::Room>> LocalWriter::take_room(std::uint64_t bytes) {
  const std::uint64_t in_blocks = (bytes / kBlockOnMedium + 1) * kBlockOnMedium;
  if (auto room = parts_.space.try_take(in_blocks)) co_return *std::move(room);
  co_return co_await parts_.pool.run([&space = parts_.space, in_blocks] { return space.take(in_blocks); });
}

io::Task<Result<Written>> LocalWriter::commit_small(Claim claim) {
  HOLDALL_CO_TRY(const Space::Room room, co_await take_room(buffer_.size()));
  auto blob = std::make_shared<SmallBlob>();
  blob->bytes = std::move(buffer_);
  blob->sha256 = sha256(blob->bytes);
  blob->written_at = system_clock().now();
  const Written written{blob->bytes.size(), blob->sha256};
  HOLDALL_CO_TRY_VOID(co_await parts_.journal.commit(key_, std::move(claim), std::move(blob)));
  co_return written;
}

io::Task<Result<Written>> LocalWriter::commit_staged(Claim claim) {
  auto work = [&parts = parts_, staging = staging_, held = std::move(buffer_), key = key_,
               claim = std::move(claim)]() mutable -> Result<Written> {
    auto finish = [&]() -> Result<Written> {
      HOLDALL_TRY_VOID(staging->file->append(held));
      return staging->file->publish(key, parts.parents);
    };
    auto outcome = finish();
    staging->file.reset();
    claim.release();  // before the answer: whoever hears of the blob can read it
    return outcome;
  };
  buffer_ = {};
  co_return co_await parts_.pool.run(std::move(work));
}

}  // namespace holdall::blob::local
