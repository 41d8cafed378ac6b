#pragma once
// Says that a folder's catalog is in use by a server: for as long as the object, or its process, lives.
#include <filesystem>
#include <utility>

#include "base/result.h"

namespace holdall::catalog::sqlite {

/// A file of its own: closing a descriptor of the database file would drop SQLite's locks on it (POSIX).
class LockFile {
 public:
  /// Locked when another process (or another LockFile of this one) has it.
  static Result<LockFile> take(const std::filesystem::path& file);
  ~LockFile();
  LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  LockFile& operator=(LockFile&&) = delete;

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace holdall::catalog::sqlite
