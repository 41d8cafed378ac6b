#include "blob/local/medium.h"

#include <cerrno>

#include <spdlog/spdlog.h>

#include "blob/errors.h"

namespace holdall::blob::local {

void Medium::fail(std::string reason) {
  std::lock_guard lock(mutex_);
  if (reason_.empty()) {
    spdlog::error("blob: the store is read-only from now on: {}", reason);
    reason_ = std::move(reason);
  }
  failed_.store(true, std::memory_order_release);
}

std::string Medium::failure() const {
  std::lock_guard lock(mutex_);
  return reason_;
}

void Medium::forbid_writes() {
  std::lock_guard lock(mutex_);
  reason_ = "the store was opened for reading only";
  failed_.store(true, std::memory_order_release);
}

Result<void> Medium::require_healthy() const {
  if (has_failed()) return holdall::fail(store_read_only(failure()));
  return {};
}

Result<void> Medium::require_writable() const {
  HOLDALL_TRY_VOID(require_healthy());
  const int obstacle = obstacle_.load(std::memory_order_acquire);
  if (obstacle != 0) return holdall::fail(write_error(obstacle, "make the files of what the journal holds"));
  return {};
}

Error Medium::write_error(int error_number, std::string_view what) {
  Error error = error_from_errno(error_number, what);
  switch (error.kind) {
    case ErrorKind::NoSpace: return store_full(std::move(error.internal));
    // A folder or file of the store's own is gone or in the way: nothing the caller could have named wrongly.
    case ErrorKind::NotFound:
    case ErrorKind::Conflict: return internal_error(std::move(error.internal));
    default: return error;
  }
}

Error Medium::sync_error(int error_number, std::string_view what) {
  std::string internal = error_from_errno(error_number, what).internal;
  fail(internal);
  return store_read_only(internal);
}

Error Medium::read_error(int error_number, std::string_view what) {
  Error error = error_from_errno(error_number, what);
  if (error_number == ELOOP || error_number == EXDEV) {
    return make_error(ErrorKind::Corrupt, "blob-corrupt", "The stored file is damaged; ask the operator to check it.",
                      std::move(error.internal));
  }
  return error;
}

}  // namespace holdall::blob::local
