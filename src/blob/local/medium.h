#pragma once
// The folder a store lives in, its open descriptors, and whether it can still be trusted.
//
//   blobs/<key>   tmp/<random>   journal/<n>   format   lock        (docs/on-disk-format.md)
//
// Any thread. Once a sync has failed the kernel may have thrown away what it could not write, and a second sync would
// say "fine": so the first failure makes the store read-only until it is opened again.
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "blob/local/crash_point.h"
#include "blob/local/disk.h"
#include "blob/local/folder.h"

namespace holdall::blob::local {

class Medium {
 public:
  struct Folders {
    Folder root;
    Folder blobs;
    Folder tmp;
    Folder journal;
  };

  Medium(Folders folders, Disk& disk, CrashHook crash_hook)
      : folders_(std::move(folders)), disk_(disk), crash_hook_(std::move(crash_hook)) {}

  const Folder& root() const { return folders_.root; }
  const Folder& blobs() const { return folders_.blobs; }
  const Folder& tmp() const { return folders_.tmp; }
  const Folder& journal() const { return folders_.journal; }
  Disk& disk() const { return disk_; }

  void pass(CrashPoint point) const {
    if (crash_hook_) crash_hook_(point);
  }

  /// Makes the store read-only for good, and says so in the log; the first reason stays.
  void fail(std::string reason);
  /// The same for a store that is only looked at: nothing is wrong.
  void forbid_writes();
  bool has_failed() const { return failed_.load(std::memory_order_acquire); }
  std::string failure() const;

  /// Set to an errno while acknowledged blobs wait in memory and in the journal because their files cannot be made for
  /// the time being: no room (ENOSPC, EDQUOT), no descriptors, no memory. 0: nothing is in the way.
  void set_obstacle(int error_number) { obstacle_.store(error_number, std::memory_order_release); }

  /// Unavailable once failed; what frees room asks this.
  Result<void> require_healthy() const;
  /// Also NoSpace or Overloaded while there is an obstacle.
  Result<void> require_writable() const;

  /// The error of a call that changes the medium: ENOSPC and EDQUOT are NoSpace, EIO and EROFS Unavailable.
  static Error write_error(int error_number, std::string_view what);
  /// The error of a sync: as above, and the store is read-only from now on.
  Error sync_error(int error_number, std::string_view what);
  /// The error of a call that reads: a link where a file should be is Corrupt; "not there" is the caller's to judge.
  static Error read_error(int error_number, std::string_view what);

 private:
  const Folders folders_;
  Disk& disk_;
  const CrashHook crash_hook_;
  std::atomic<bool> failed_ = false;
  std::atomic<int> obstacle_ = 0;
  mutable std::mutex mutex_;
  std::string reason_;
};

}  // namespace holdall::blob::local
