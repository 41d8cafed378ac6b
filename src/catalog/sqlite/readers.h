#pragma once
// Read-only connections, one for each thread that reads: no lock and no hand-over between a question and its answer.
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "catalog/sqlite/database.h"

namespace holdall::catalog::sqlite {

/// A thread's connection is opened at its first read, goes to another thread when it ends, and is closed with this
/// object; nobody may be reading then. A read sees all that was committed before it began.
class Readers {
 public:
  Readers(std::filesystem::path file, Connection::Options options);
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  /// The calling thread's own; not to be kept across a suspension.
  Result<Database*> local();

  /// Keeps all connections open while it lives.
  std::shared_ptr<const void> lifetime() const { return pool_; }

 private:
  struct Pool;
  struct Lease;
  struct ThreadLeases;

  Result<std::unique_ptr<Database>> open() const;

  const std::filesystem::path file_;
  const Connection::Options options_;
  const std::shared_ptr<Pool> pool_;
};

}  // namespace holdall::catalog::sqlite
