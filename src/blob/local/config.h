#pragma once
// The settings of the folder store.
#include <cstdint>

#include "config/schema.h"

namespace holdall::blob::local {

struct Config {
  /// Left free on the medium, so that the database and the journal can still be written when it is "full".
  std::uint64_t min_free = 256ull * 1024 * 1024;
  /// Threads for calls that wait for the medium: large uploads, reads of what is not in memory.
  unsigned threads = 4;
  /// Bytes of the journal of small blobs; a quarter of it is one segment. More means fewer syncs of the whole file
  /// system under load and a longer start after a crash.
  std::uint64_t journal_size = 128ull * 1024 * 1024;
};

/// [store]: min_free, threads, journal_size.
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::blob::local
