#pragma once
// Reads a small blob that is still in memory.
#include <algorithm>

#include "blob/local/small_blob.h"
#include "blob/store.h"

namespace holdall::blob::local {

class MemoryReader final : public Reader {
 public:
  /// `range` lies within the blob.
  MemoryReader(SharedBlob blob, ByteRange range)
      : blob_(std::move(blob)), rest_(std::span(blob_->bytes).subspan(range.offset, range.length)) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    // A small blob is never more than a piece.
    co_return std::exchange(rest_, {});
  }
  std::optional<std::uint64_t> remaining() const override { return rest_.size(); }
  std::uint64_t size() const override { return blob_->bytes.size(); }

 private:
  static_assert(kLargestSmallBlob <= kLargestPiece);

  SharedBlob blob_;
  std::span<const std::byte> rest_;
};

}  // namespace holdall::blob::local
