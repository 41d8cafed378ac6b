#pragma once
// What the readers and writers of one folder store share; lives as long as the store.
#include "blob/local/janitor.h"
#include "blob/local/journal/journal.h"
#include "blob/local/medium.h"
#include "blob/local/parents.h"
#include "blob/local/recent_blobs.h"
#include "blob/local/space.h"
#include "io/blocking_pool.h"

namespace holdall::blob::local {

struct Parts {
  Medium& medium;
  Parents& parents;
  Space& space;
  RecentBlobs& recent;
  Journal& journal;
  Janitor& janitor;
  io::BlockingPool& pool;
};

}  // namespace holdall::blob::local
