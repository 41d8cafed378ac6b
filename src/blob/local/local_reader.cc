#include "blob/local/local_reader.h"

#include <algorithm>
#include <cerrno>

#include <sys/uio.h>

#include "blob/errors.h"
#include "blob/local/medium.h"

namespace holdall::blob::local {
namespace {

Result<std::size_t> read_waiting(int file, std::span<std::byte> into, std::uint64_t offset, const Key& key) {
  while (true) {
    const ssize_t count = ::pread(file, into.data(), into.size(), static_cast<off_t>(offset));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return fail(Medium::read_error(errno, "read blobs/" + key.text()));
  }
}

}  // namespace

Errno<std::size_t> read_cached(int file, std::span<std::byte> into, std::uint64_t offset) {
  const iovec piece{into.data(), into.size()};
  const ssize_t count = ::preadv2(file, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  if (count < 0) return std::unexpected(errno);
  return static_cast<std::size_t>(count);
}

LocalReader::LocalReader(io::BlockingPool& pool, Key key, Descriptor file, std::uint64_t size, ByteRange range)
    : pool_(pool),
      key_(std::move(key)),
      file_(std::make_shared<File>(std::move(file), nullptr)),
      size_(size),
      offset_(range.offset),
      remaining_(range.length) {}

io::Task<Result<std::span<const std::byte>>> LocalReader::next() {
  if (remaining_ == 0) co_return std::span<const std::byte>();
  // No piece is larger than the first: one buffer serves all.
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, kLargestPiece));
  if (!file_->buffer) file_->buffer = std::make_unique_for_overwrite<std::byte[]>(wanted);
  std::size_t count = 0;
  if (const auto cached = read_cached(file_->number.get(), {file_->buffer.get(), wanted}, offset_)) {
    count = *cached;
  } else {
    auto work = [file = file_, wanted, offset = offset_, key = key_] {
      return read_waiting(file->number.get(), {file->buffer.get(), wanted}, offset, key);
    };
    HOLDALL_CO_TRY(count, co_await pool_.run(std::move(work)));
  }
  if (count == 0) co_return fail(blob_corrupt(key_, "the file ends at byte " + std::to_string(offset_)));
  offset_ += count;
  remaining_ -= count;
  co_return std::span<const std::byte>(file_->buffer.get(), count);
}

}  // namespace holdall::blob::local
