#include "attachment/fsck.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>

#include "attachment/orphans.h"
#include "base/sha256.h"

namespace holdall::attachment {
namespace {

constexpr std::size_t kRowsAtOnce = 500;

/// Rows kept for the second look; more than that is no coincidence, and is reported at the first.
constexpr std::size_t kMostSuspects = 10'000;

/// What one check carries from step to step; lives in check()'s frame.
struct Check {
  catalog::Catalog& catalog;
  blob::Store& store;
  const Clock& clock;
  const FsckOptions& options;
  const Context& context;
  FsckReport report{};
  std::vector<catalog::BlobRow> suspects{};  ///< whose bytes seemed missing or wrong

  void show_progress() const {
    if (!options.on_progress) return;
    options.on_progress({.rows = report.rows_checked, .stored = report.blobs_stored, .bytes_read = report.bytes_read});
  }
};

Finding about(const catalog::BlobRow& row, Defect defect, std::string what) {
  return {.defect = defect,
          .what = std::move(what),
          .blob_id = row.blob.id.value,
          .user_id = row.user_id.value,
          .key = row.blob.key};
}

io::Task<Result<void>> check_catalog(Check& check) {
  auto sentences = co_await check.catalog.check_integrity(check.context);
  if (!sentences && sentences.error().kind != ErrorKind::Corrupt) co_return fail(std::move(sentences).error());
  if (!sentences) sentences = std::vector<std::string>{describe(sentences.error())};
  for (std::string& sentence : *sentences)
    check.report.add(
        {.defect = Defect::CatalogDamaged, .what = std::move(sentence), .blob_id = {}, .user_id = {}, .key = {}});
  co_return Result<void>();
}

/// The digest of what the store gives now, in the memory of one piece.
io::Task<Result<Sha256Digest>> digest_of(Check& check, blob::Key key) {
  HOLDALL_CO_TRY(const auto reader, co_await check.store.open(std::move(key), std::nullopt, check.context));
  Sha256 digest;
  while (true) {
    HOLDALL_CO_TRY_VOID(still_wanted(check.context));
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await reader->next());
    if (piece.empty()) break;
    digest.update(piece);
    check.report.bytes_read += piece.size();
  }
  co_return digest.finish();
}

/// What is wrong with the bytes of a row; nothing when all is well. Fails only when the check itself cannot go on.
io::Task<Result<std::optional<Finding>>> examine(Check& check, const catalog::BlobRow& row) {
  if (row.blob.store != check.store.name()) {
    co_return about(row, Defect::StoreUnknown, fmt::format("The row names the store {}.", row.blob.store));
  }
  const auto key = blob::Key::parse(row.blob.key);
  if (!key) co_return about(row, Defect::KeyMalformed, "The row's key is none.");

  const auto failure = [&row](const Error& error) -> Result<std::optional<Finding>> {
    if (error.kind == ErrorKind::Cancelled) return fail(error);
    if (error.kind == ErrorKind::NotFound) return about(row, Defect::BlobMissing, "The row's file is not there.");
    if (error.kind == ErrorKind::Corrupt) return about(row, Defect::ContentDiffers, describe(error));
    return about(row, Defect::Unreadable, describe(error));
  };
  const auto stat = co_await check.store.stat(*key, check.context);
  if (!stat) co_return failure(stat.error());
  if (stat->size != row.blob.size) {
    co_return about(row, Defect::SizeDiffers,
                    fmt::format("The file has {} bytes, the row says {}.", stat->size, row.blob.size));
  }
  if (!check.options.read_data) co_return std::optional<Finding>();
  const auto digest = co_await digest_of(check, *key);
  check.show_progress();
  if (!digest) co_return failure(digest.error());
  if (*digest == row.blob.sha256) co_return std::optional<Finding>();
  co_return about(row, Defect::ContentDiffers,
                  fmt::format("The file's SHA-256 is {}, the row says {}.", to_hex(*digest), to_hex(row.blob.sha256)));
}

enum class Look : std::uint8_t { First, Second };

bool is_about_bytes(Defect defect) {
  return defect == Defect::BlobMissing || defect == Defect::SizeDiffers || defect == Defect::ContentDiffers ||
         defect == Defect::Unreadable;
}

io::Task<Result<void>> check_row(Check& check, const catalog::BlobRow& row, Look look) {
  HOLDALL_CO_TRY(std::optional<Finding> finding, co_await examine(check, row));
  if (!finding && row.attachments <= 0) finding = about(row, Defect::BlobUnused, "No attachment points to the row.");
  if (!finding) co_return Result<void>();
  if (look == Look::First && is_about_bytes(finding->defect) && check.suspects.size() < kMostSuspects) {
    check.suspects.push_back(row);
    co_return Result<void>();
  }
  // Deleted while we looked? Then the row has gone before its bytes did, as it should.
  HOLDALL_CO_TRY(const bool is_known, co_await has_row(check.catalog, row.blob.store, row.blob.key, check.context));
  if (is_known) check.report.add(*std::move(finding));
  co_return Result<void>();
}

io::Task<Result<void>> look_again(Check& check) {
  if (check.suspects.empty()) co_return Result<void>();
  io::asio::steady_timer pause(co_await io::asio::this_coro::executor, check.options.second_look_after);
  co_await pause.async_wait(io::kAsTuple);
  for (const catalog::BlobRow& row : check.suspects) {
    HOLDALL_CO_TRY_VOID(still_wanted(check.context));
    HOLDALL_CO_TRY_VOID(co_await check_row(check, row, Look::Second));
  }
  co_return Result<void>();
}

io::Task<Result<void>> check_rows(Check& check) {
  BlobId after;
  while (true) {
    HOLDALL_CO_TRY_VOID(still_wanted(check.context));
    HOLDALL_CO_TRY(const auto rows, co_await check.catalog.blobs_after(after, kRowsAtOnce, check.context));
    if (rows.empty()) break;
    for (const catalog::BlobRow& row : rows) {
      HOLDALL_CO_TRY_VOID(still_wanted(check.context));
      ++check.report.rows_checked;
      HOLDALL_CO_TRY_VOID(co_await check_row(check, row, Look::First));
    }
    after = rows.back().blob.id;
    check.show_progress();
  }
  co_return Result<void>();
}

std::string age_text(std::chrono::microseconds age) {
  using std::chrono::duration_cast;
  const auto hours = duration_cast<std::chrono::hours>(age).count();
  const auto minutes = duration_cast<std::chrono::minutes>(age % std::chrono::hours(1)).count();
  return fmt::format("{} h {} min", hours, minutes);
}

io::Task<Result<void>> check_orphan(Check& check, const blob::ListedBlob& orphan) {
  // Gone by now, or owned by now: a removal or an upload was under way.
  const auto stat = co_await check.store.stat(orphan.key, check.context);
  if (!stat && stat.error().kind == ErrorKind::NotFound) co_return Result<void>();
  HOLDALL_CO_TRY(const bool is_known,
                 co_await has_row(check.catalog, check.store.name(), orphan.key.text(), check.context));
  if (is_known) co_return Result<void>();
  const auto age = std::max(check.clock.now() - orphan.stat.modified_at, std::chrono::microseconds(0));
  check.report.orphan_bytes += orphan.stat.size;
  check.report.add(
      {.defect = age > check.options.grace ? Defect::OldOrphan : Defect::YoungOrphan,
       .what = fmt::format("The file has no row; {} bytes, {} old. gc removes it.", orphan.stat.size, age_text(age)),
       .blob_id = {},
       .user_id = {},
       .key = orphan.key.text()});
  co_return Result<void>();
}

io::Task<Result<void>> check_store(Check& check) {
  OrphanWalk walk(check.catalog, check.store);
  for (bool is_last = false; !is_last;) {
    HOLDALL_CO_TRY(const OrphanWalk::Page page, co_await walk.next(check.context));
    is_last = page.is_last;
    check.report.blobs_stored += page.blobs;
    for (const blob::ListedBlob& orphan : page.orphans) {
      HOLDALL_CO_TRY_VOID(still_wanted(check.context));
      HOLDALL_CO_TRY_VOID(co_await check_orphan(check, orphan));
    }
    check.show_progress();
  }
  co_return Result<void>();
}

io::Task<Result<void>> check_usage(Check& check) {
  HOLDALL_CO_TRY(const auto differences, co_await check.catalog.compare_usage(check.options.repair, check.context));
  for (const catalog::UsageDifference& difference : differences) {
    check.report.add({.defect = Defect::UsageDiffers,
                      .what = fmt::format("Recorded are {} bytes in {} files, the rows sum to {} bytes in {} files.",
                                          difference.recorded.bytes, difference.recorded.files,
                                          difference.counted.bytes, difference.counted.files),
                      .blob_id = {},
                      .user_id = difference.user_id.value,
                      .key = {},
                      .is_repaired = check.options.repair});
  }
  co_return Result<void>();
}

}  // namespace

io::Task<Result<FsckReport>> check(catalog::Catalog& catalog, blob::Store& store, const Clock& clock,
                                   FsckOptions options, const Context& context) {
  Check check{.catalog = catalog, .store = store, .clock = clock, .options = options, .context = context};
  HOLDALL_CO_TRY_VOID(co_await check_catalog(check));
  HOLDALL_CO_TRY_VOID(co_await check_rows(check));
  HOLDALL_CO_TRY_VOID(co_await check_store(check));
  HOLDALL_CO_TRY_VOID(co_await look_again(check));
  HOLDALL_CO_TRY_VOID(co_await check_usage(check));
  co_return std::move(check.report);
}

}  // namespace holdall::attachment
