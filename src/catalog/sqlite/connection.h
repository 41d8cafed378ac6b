#pragma once
// One connection to the catalog's file, set up for its part: the one that writes, or one of those that read.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace holdall::catalog::sqlite {

enum class Access : std::uint8_t { Write, Read };

/// Used by one thread at a time (SQLite's own locking is off); may be handed from thread to thread.
class Connection {
 public:
  struct Options {
    Access access = Access::Read;
    std::int64_t cache_bytes = 2 << 20;
    int page_size = 4096;  ///< of a file that does not exist yet
  };

  /// With Access::Write the file is made when it is not there, and kept in WAL mode with every commit synced.
  static Result<Connection> open(const std::filesystem::path& file, const Options& options);

  /// Runs statements that answer no rows, one after the other.
  Result<void> execute(const char* sql);

  /// Of the last INSERT, UPDATE or DELETE.
  std::int64_t changes() const;
  std::int64_t total_changes() const;
  std::int64_t last_insert_id() const;
  /// False when an error has already rolled the transaction back.
  bool is_in_transaction() const;

  /// The error of the call that has just failed; `what` goes to the log.
  Error error(std::string_view what) const;

  ::sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(::sqlite3* handle) const;
  };
  explicit Connection(::sqlite3* handle) : handle_(handle) {}
  Result<void> set_up(const Options& options);

  std::unique_ptr<::sqlite3, Close> handle_;
};

}  // namespace holdall::catalog::sqlite
