#pragma once
// `holdall fsck`, `holdall gc` and `holdall reindex`.
#include "app/settings.h"

namespace holdall::app {

struct FsckRequest {
  bool read_data = false;
  bool repair = false;
  bool json = false;
};

struct GcRequest {
  bool dry_run = false;
  bool json = false;
  bool force = false;
};

/// 0: clean; 1: findings; 2: could not be checked. Beside a running server it only looks.
int fsck(const Settings& settings, const FsckRequest& request);
/// 0, or 1 with a sentence.
int collect(const Settings& settings, const GcRequest& request);
/// 0, or 1 with a sentence: the index that search goes by is made anew from rows and texts.
int reindex(const Settings& settings);

}  // namespace holdall::app
