#include "attachment/gc.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "attachment/orphans.h"
#include "base/byte_count.h"

namespace holdall::attachment {
namespace {

/// Attachments removed in one transaction: short enough that uploads do not wait behind it.
constexpr std::size_t kExpiredAtOnce = 200;

bool is_old(const blob::ListedBlob& blob, Timestamp now, const GcOptions& options) {
  return now - blob.stat.modified_at > options.grace;
}

/// The first walk: what there is, with nothing touched.
io::Task<Result<GcReport>> survey(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                  const GcOptions& options, const Context& context) {
  GcReport report{.dry_run = options.dry_run};
  OrphanWalk walk(catalog, store);
  for (bool is_last = false; !is_last;) {
    HOLDALL_CO_TRY(const OrphanWalk::Page page, co_await walk.next(context));
    is_last = page.is_last;
    report.blobs += page.blobs;
    const Timestamp now = clock.now();
    for (const blob::ListedBlob& blob : page.orphans) {
      ++report.orphans;
      report.orphan_bytes += blob.stat.size;
      if (!is_old(blob, now, options)) ++report.young_orphans;
    }
  }
  co_return report;
}

Result<void> judge_amount(const GcReport& survey, const GcOptions& options) {
  const std::uint64_t old = survey.orphans - survey.young_orphans;
  if (options.allow_mass_removal || old <= kMassRemoval || old <= survey.blobs / 2) return {};
  return fail(
      make_error(ErrorKind::Conflict, "mass-removal",
                 fmt::format("Nothing was removed: {} of {} stored files have no row, which points to the wrong "
                             "or an incomplete database; check it, then allow the mass removal if it is meant.",
                             old, survey.blobs))
          .with("orphans", static_cast<std::int64_t>(old))
          .with("blobs", static_cast<std::int64_t>(survey.blobs)));
}

io::Task<Result<void>> remove_orphan(catalog::Catalog& catalog, blob::Store& store, const blob::ListedBlob& blob,
                                     GcReport& report, const Context& context) {
  HOLDALL_CO_TRY_VOID(still_wanted(context));
  HOLDALL_CO_TRY(const bool is_known, co_await has_row(catalog, store.name(), blob.key.text(), context));
  if (is_known) co_return Result<void>();
  const auto removed = co_await store.remove(blob.key, context);
  if (!removed) {
    spdlog::warn("gc: {} not removed: {}", blob.key.text(), describe(removed.error()));
    ++report.failed;
    co_return Result<void>();
  }
  ++report.removed;
  report.removed_bytes += blob.stat.size;
  co_return Result<void>();
}

io::Task<Result<void>> remove_orphans(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                      const GcOptions& options, GcReport& report, const Context& context) {
  OrphanWalk walk(catalog, store);
  for (bool is_last = false; !is_last;) {
    HOLDALL_CO_TRY(const OrphanWalk::Page page, co_await walk.next(context));
    is_last = page.is_last;
    for (const blob::ListedBlob& blob : page.orphans) {
      if (!is_old(blob, clock.now(), options)) continue;
      HOLDALL_CO_TRY_VOID(co_await remove_orphan(catalog, store, blob, report, context));
    }
  }
  co_return Result<void>();
}

io::Task<Result<std::uint64_t>> remove_expired(catalog::Catalog& catalog, const Context& context) {
  std::uint64_t total = 0;
  for (std::size_t removed = kExpiredAtOnce; removed == kExpiredAtOnce;) {
    HOLDALL_CO_TRY_VOID(still_wanted(context));
    HOLDALL_CO_TRY(removed, co_await catalog.remove_expired(kExpiredAtOnce, context));
    total += removed;
  }
  co_return total;
}

}  // namespace

io::Task<Result<GcReport>> collect_garbage(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                           GcOptions options, const Context& context) {
  if (options.grace < kShortestGrace) {
    co_return fail(ErrorKind::InvalidArgument, "grace-too-short",
                   "The grace must be at least one hour, or files that are just coming in could be removed.");
  }
  // A catalog whose last commit failed may come up with rows it does not show now: nothing may go until it is sound.
  if (!options.dry_run) HOLDALL_CO_TRY_VOID(co_await catalog.ping(context));
  // The survey comes first: expired attachments are deleted on purpose and must not count as a catalog gone wrong.
  HOLDALL_CO_TRY(GcReport report, co_await survey(catalog, store, clock, options, context));
  if (options.dry_run) co_return report;
  HOLDALL_CO_TRY_VOID(judge_amount(report, options));
  HOLDALL_CO_TRY(report.expired_attachments, co_await remove_expired(catalog, context));
  HOLDALL_CO_TRY(report.forgotten_answers, co_await catalog.forget_answers(context));
  if (report.orphans > report.young_orphans || report.expired_attachments > 0)
    HOLDALL_CO_TRY_VOID(co_await remove_orphans(catalog, store, clock, options, report, context));
  co_return report;
}

std::string to_text(const GcReport& report) {
  if (report.dry_run) {
    return fmt::format("{} of {} stored files have no row ({}); {} of them would be removed, {} are too young.",
                       report.orphans, report.blobs, format_byte_count(report.orphan_bytes),
                       report.orphans - report.young_orphans, report.young_orphans);
  }
  return fmt::format(
      "{} files without a row removed ({}), {} too young, {} could not be removed; {} expired "
      "attachments removed, {} old answers forgotten.",
      report.removed, format_byte_count(report.removed_bytes), report.young_orphans, report.failed,
      report.expired_attachments, report.forgotten_answers);
}

std::string to_json(const GcReport& report) {
  return boost::json::serialize(boost::json::object{{"dry_run", report.dry_run},
                                                    {"blobs", report.blobs},
                                                    {"orphans", report.orphans},
                                                    {"orphan_bytes", report.orphan_bytes},
                                                    {"young_orphans", report.young_orphans},
                                                    {"removed", report.removed},
                                                    {"removed_bytes", report.removed_bytes},
                                                    {"failed", report.failed},
                                                    {"expired_attachments", report.expired_attachments},
                                                    {"forgotten_answers", report.forgotten_answers}});
}

}  // namespace holdall::attachment
