#pragma once
// The store in a folder of this machine.
#include <filesystem>
#include <memory>

#include "blob/local/config.h"
#include "blob/local/layout.h"
#include "blob/store.h"

namespace holdall::blob::local {

struct OpenOptions {
  Access access = Access::Serve;
  Disk& disk = kernel_disk();
  CrashHook crash_hook{};
};

class LocalStore {
 public:
  /// Opens the store below `root`, made when it is missing (Access::Serve). Blocks; for the start of a program. What a
  /// crash left undone is finished here.
  ///
  /// With Access::Inspect create() and remove() answer Unavailable, and what the serving process has acknowledged in
  /// the last moments may not be seen yet: check again before calling a blob missing.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& root, const Config& config,
                                             OpenOptions options = {});
};

}  // namespace holdall::blob::local
