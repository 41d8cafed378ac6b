#pragma once
// A large blob on its way: a file in tmp/ that gets its final name when it is whole and durable. Blocking; used by one
// thread of the pool at a time. Dropped or failed, it removes its file.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/sha256.h"
#include "blob/local/parents.h"
#include "blob/local/space.h"
#include "blob/store.h"

namespace holdall::blob::local {

class StagedFile {
 public:
  /// Where the size is known, room is allocated ahead of the bytes, but never more than has come already: many that
  /// announce much and send nothing take no room from others.
  static Result<std::unique_ptr<StagedFile>> create(Medium& medium, Space& space,
                                                    std::optional<std::uint64_t> expected_size);
  ~StagedFile() { discard(); }
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  /// Hashes and writes. Keeps at most two windows of 8 MiB unwritten to the medium, so that the final sync is short.
  Result<void> append(std::span<const std::byte> bytes);

  /// Makes the file durable and gives it its name. Conflict when that is taken.
  Result<Written> publish(const Key& key, Parents& parents);

  /// Removes the file; harmless when there is none any more.
  void discard();

  std::uint64_t size() const { return size_; }

 private:
  StagedFile(Medium& medium, Space& space, std::string name, Descriptor file, std::uint64_t expected_size)
      : medium_(medium),
        space_(space),
        name_(std::move(name)),
        file_(std::move(file)),
        expected_size_(expected_size),
        can_allocate_(expected_size > 0) {}

  /// For so many bytes more; the room lives until they are written.
  Result<Space::Room> make_room(std::uint64_t bytes);
  Result<void> write_all(std::span<const std::byte> bytes);
  Result<void> write_out_windows();
  Result<void> rename_to(const Key& key, Parents& parents);

  Medium& medium_;
  Space& space_;
  std::string name_;  ///< empty once renamed or removed
  Descriptor file_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  const std::uint64_t expected_size_;  ///< 0: unknown
  bool can_allocate_;
  std::uint64_t allocated_ = 0;    ///< up to here room was made
  std::uint64_t written_out_ = 0;  ///< up to here the kernel was told to write
};

}  // namespace holdall::blob::local
