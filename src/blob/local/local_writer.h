#pragma once
// The writer of the folder store: small blobs stay in memory until commit, large ones become a staged file.
#include <memory>
#include <vector>

#include "blob/local/parts.h"
#include "blob/local/staged_file.h"
#include "blob/store.h"

namespace holdall::blob::local {

class LocalWriter final : public Writer {
 public:
  LocalWriter(Parts& parts, Key key, WriteOptions options)
      : parts_(parts), key_(std::move(key)), expected_size_(options.expected_size) {}
  ~LocalWriter() override;

  io::Task<Result<void>> write(std::span<const std::byte> bytes) override;
  io::Task<Result<Written>> commit() override;

 private:
  /// A staged file and what belongs to it; shared with the call that runs on the pool, which may outlive the writer.
  struct Staging {
    std::unique_ptr<StagedFile> file;
  };

  io::Task<Result<void>> spill(std::span<const std::byte> bytes);
  io::Task<Result<Space::Room>> take_room(std::uint64_t bytes);  ///< for a small blob
  io::Task<Result<Written>> commit_small(Claim claim);
  io::Task<Result<Written>> commit_staged(Claim claim);

  Parts& parts_;
  const Key key_;
  const std::optional<std::uint64_t> expected_size_;
  std::vector<std::byte> buffer_;  ///< taken, but not yet written to the staged file
  std::shared_ptr<Staging> staging_;
  bool spent_ = false;
};

}  // namespace holdall::blob::local
