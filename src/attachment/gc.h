#pragma once
// Collects what nobody can reach any more: expired attachments, expired answers, and blobs without a row (promise 2).
//
// An orphan is what an upload leaves behind when the process dies between "the blob is durable" and "its row is
// committed". A blob that was just written looks the same, so only what has been there for longer than `grace` is
// removed, and only after the catalog has been asked once more, for that key alone, right before. A blob whose
// kRemoveBlob job is still waiting has no row either; removing it here is the same removal.
#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "blob/store.h"
#include "catalog/catalog.h"
#include "io/task.h"

namespace holdall::attachment {

/// Longer than the longest upload: a resumable one lives for a day, and its blob may be older than its row.
inline constexpr std::chrono::hours kDefaultGrace{48};
/// Less would race with uploads that are about to commit their row (intake.h: kLongestIntake is shorter).
inline constexpr std::chrono::hours kShortestGrace{1};

struct GcOptions {
  std::chrono::microseconds grace = kDefaultGrace;
  bool dry_run = false;  ///< looks for orphans only, and changes nothing
  /// When more than half of all blobs, and more than kMassRemoval, would go, the catalog is more likely the wrong one
  /// (a fresh one, an old backup) than the blobs are orphans; gc then refuses, unless this says that it is meant.
  bool allow_mass_removal = false;
};

inline constexpr std::uint64_t kMassRemoval = 100;

struct GcReport {
  std::uint64_t blobs = 0;    ///< in the store
  std::uint64_t orphans = 0;  ///< blobs without a row, whatever their age
  std::uint64_t orphan_bytes = 0;
  std::uint64_t young_orphans = 0;  ///< of these within grace: left alone
  std::uint64_t removed = 0;
  std::uint64_t removed_bytes = 0;
  std::uint64_t failed = 0;  ///< orphans the store would not remove; the next run tries again
  std::uint64_t expired_attachments = 0;
  std::uint64_t forgotten_answers = 0;
  bool dry_run = false;
  friend bool operator==(const GcReport&, const GcReport&) = default;
};

/// Safe beside a serving process and beside another gc. Errors: InvalidArgument "grace-too-short"; Conflict
/// "mass-removal" (details `orphans`, `blobs`), with nothing changed; Cancelled between steps; the catalog's and the
/// store's own. What was done before an error stays done.
io::Task<Result<GcReport>> collect_garbage(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                           GcOptions options, const Context& context);

/// One line a person can read.
std::string to_text(const GcReport& report);
std::string to_json(const GcReport& report);

}  // namespace holdall::attachment
