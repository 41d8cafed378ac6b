#pragma once
// The reader of the folder store. What the page cache holds is read on the io thread (preadv2 with RWF_NOWAIT); only
// what must come from the medium goes through the pool.
#include <memory>

#include "blob/local/descriptor.h"
#include "blob/store.h"
#include "io/blocking_pool.h"

namespace holdall::blob::local {

/// What the page cache holds of it; EAGAIN when that is nothing.
Errno<std::size_t> read_cached(int file, std::span<std::byte> into, std::uint64_t offset);

class LocalReader final : public Reader {
 public:
  LocalReader(io::BlockingPool& pool, Key key, Descriptor file, std::uint64_t size, ByteRange range);

  io::Task<Result<std::span<const std::byte>>> next() override;
  std::optional<std::uint64_t> remaining() const override { return remaining_; }
  std::uint64_t size() const override { return size_; }
  std::optional<FileRegion> file_region() const override {
    return FileRegion{file_->number.get(), offset_, remaining_};
  }

 private:
  /// Shared with the call on the pool, which may outlive the reader.
  struct File {
    Descriptor number;
    std::unique_ptr<std::byte[]> buffer;
  };

  io::BlockingPool& pool_;
  const Key key_;
  std::shared_ptr<File> file_;
  const std::uint64_t size_;
  std::uint64_t offset_;
  std::uint64_t remaining_;
};

}  // namespace holdall::blob::local
