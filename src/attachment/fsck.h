#pragma once
// Holds the catalog against the store: are the promises kept? (1: bytes as acknowledged; 2: no row without its blob, no
// blob without a row; 10: usage equals the sum of rows.)
#include <chrono>
#include <cstdint>
#include <functional>

#include "attachment/fsck_report.h"
#include "attachment/gc.h"
#include "base/clock.h"
#include "blob/store.h"
#include "catalog/catalog.h"
#include "io/task.h"

namespace holdall::attachment {

/// How far a check has come; each number only grows.
struct FsckProgress {
  std::uint64_t rows = 0;
  std::uint64_t stored = 0;
  std::uint64_t bytes_read = 0;
};

struct FsckOptions {
  /// Reads every byte and compares its SHA-256 with the row; otherwise sizes are compared.
  bool read_data = false;
  /// Sets recorded usage right. Nothing else: rows whose blob is missing or damaged stay, since they are the only
  /// record of what was lost; orphans are for gc.
  bool repair = false;
  std::chrono::microseconds grace = kDefaultGrace;  ///< as gc's
  /// Bytes that seem missing or wrong are looked at once more after this long, at the end: beside a serving process a
  /// blob may be on its way from the server's memory to its file.
  std::chrono::milliseconds second_look_after = std::chrono::seconds(2);
  /// Called after every page of rows and of stored blobs, and after every blob that was read.
  std::function<void(const FsckProgress&)> on_progress{};
};

/// Safe beside a serving process: what was deleted or committed while looking is no finding. Memory holds one page and
/// the findings (at most FsckReport::kFindingsKept). Findings are no error; errors are Cancelled, and a catalog or
/// store that cannot be walked at all.
io::Task<Result<FsckReport>> check(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                   FsckOptions options, const Context& context);

}  // namespace holdall::attachment
