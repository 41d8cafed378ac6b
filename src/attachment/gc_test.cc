#include "attachment/gc.h"

#include <fmt/format.h>

#include "attachment/testing/keeping_house.h"

namespace holdall::attachment {
namespace {

using namespace std::chrono_literals;

class Gc : public testing::KeepingHouse {
 protected:
  Result<GcReport> collect(GcOptions options = {}) {
    return io::sync_wait(collect_garbage(catalog_, store_, clock_, options, context_));
  }
};

TEST_F(Gc, RemovesWhatHasNoRowOnceItIsPastGrace) {  // promise 2
  add("7/kept", "row and bytes");
  put("7/orphan", "12345");
  clock_.advance(kDefaultGrace + 1min);
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(*report, (GcReport{.blobs = 2, .orphans = 1, .orphan_bytes = 5, .removed = 1, .removed_bytes = 5}));
  EXPECT_FALSE(is_stored("7/orphan"));
  EXPECT_TRUE(is_stored("7/kept"));
}

TEST_F(Gc, LeavesAloneWhatIsWithinGrace) {  // its row may be about to be committed
  const catalog::NewAttachment row = put("7/young", "12345");
  clock_.advance(kDefaultGrace - 1min);
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->orphans, 1u);
  EXPECT_EQ(report->young_orphans, 1u);
  EXPECT_EQ(report->removed, 0u);
  commit(row);
  EXPECT_TRUE(is_stored("7/young"));
}

TEST_F(Gc, TakesABlobFromTheFutureForAYoungOne) {
  put("7/future", "x");
  clock_.advance(-1h * 24 * 365);
  EXPECT_EQ(collect()->young_orphans, 1u);
  EXPECT_TRUE(is_stored("7/future"));
}

TEST_F(Gc, AsksAgainRightBeforeItRemoves) {
  const catalog::NewAttachment row = put("7/late", "12345");
  clock_.advance(kDefaultGrace + 1min);
  // Calls 1 and 2 ask for the page (survey, then removal); the row is committed before call 3, for that key alone.
  catalog_.before_known_keys = [&](int call) {
    if (call == 3) commit(row);
  };
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->orphans, 1u);
  EXPECT_EQ(report->removed, 0u);
  EXPECT_TRUE(is_stored("7/late"));
}

TEST_F(Gc, RefusesAGraceThatWouldRaceWithUploads) {
  put("7/orphan", "x");
  clock_.advance(30min);
  const auto report = collect({.grace = 1h - 1s});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "grace-too-short");
  EXPECT_TRUE(is_stored("7/orphan"));
}

TEST_F(Gc, OnlyCountsInADryRun) {
  catalog::NewAttachment row = put("7/expiring", "123");
  row.expires_at = clock_.now() + 1h;
  const AttachmentId id = commit(row);
  put("7/orphan", "12345");
  clock_.advance(30min);
  ASSERT_TRUE(io::sync_wait(catalog_.find(kOwner, id, context_)).has_value());
  clock_.advance(kDefaultGrace);
  const auto report = collect({.dry_run = true});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(*report, (GcReport{.blobs = 2, .orphans = 1, .orphan_bytes = 5, .dry_run = true}));
  EXPECT_EQ(store_.blob_count(), 2u);
  EXPECT_EQ(io::sync_wait(catalog_.remove_expired(10, context_)).value(), 1u) << "left where it was";
}

TEST_F(Gc, RemovesExpiredAttachmentsWithTheirBytesAndOldAnswers) {
  for (int i = 0; i < 450; ++i) {  // more than are removed in one transaction
    catalog::NewAttachment row = put(fmt::format("7/{}", i), "123");
    row.expires_at = clock_.now() + 1h;
    commit(row);
  }
  add("7/kept", "stays");
  clock_.advance(kDefaultGrace + 1min);
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->expired_attachments, 450u);
  EXPECT_EQ(report->removed, 450u);
  EXPECT_EQ(store_.blob_count(), 1u);
  EXPECT_EQ(io::sync_wait(catalog_.usage(kOwner, context_)).value(), (catalog::Usage{.bytes = 5, .files = 1}));
}

TEST_F(Gc, IsTheSameRemovalAsTheJobThatWaits) {
  const AttachmentId id = add("7/a", "one");
  clock_.advance(kDefaultGrace + 1min);
  ASSERT_TRUE(io::sync_wait(catalog_.remove(kOwner, {id}, std::nullopt, context_)).has_value());
  EXPECT_EQ(collect()->removed, 1u);
  EXPECT_EQ(store_.blob_count(), 0u);
}

TEST_F(Gc, WalksAllPagesOfTheStore) {
  for (int i = 0; i < 1200; ++i) {
    const std::string key = fmt::format("7/{:04}", i);
    if (i % 600 == 599)
      put(key, "x");
    else
      add(key, "x");
  }
  clock_.advance(kDefaultGrace + 1min);
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->blobs, 1200u);
  EXPECT_EQ(report->removed, 2u);
  EXPECT_FALSE(is_stored("7/0599"));
  EXPECT_FALSE(is_stored("7/1199"));
  EXPECT_EQ(store_.blob_count(), 1198u);
}

TEST_F(Gc, RefusesToEmptyAStoreForACatalogThatKnowsNothing) {
  for (std::uint64_t i = 0; i <= kMassRemoval; ++i)
    put(fmt::format("7/{}", i), "x");
  clock_.advance(kDefaultGrace + 1min);
  const auto refused = collect();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(refused.error().code, "mass-removal");
  EXPECT_EQ(store_.blob_count(), 101u);
  EXPECT_EQ(collect({.dry_run = true})->orphans, 101u);
  EXPECT_EQ(collect({.allow_mass_removal = true})->removed, 101u);
  EXPECT_EQ(store_.blob_count(), 0u);
}

TEST_F(Gc, GoesOnAfterABlobThatWouldNotGo) {
  put("7/a", "x");
  put("7/b", "x");
  clock_.advance(kDefaultGrace + 1min);
  store_.fail_call(3, ErrorKind::Unavailable);  // list, list, remove
  const auto report = collect();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->failed, 1u);
  EXPECT_EQ(report->removed, 1u);
  EXPECT_EQ(collect()->removed, 1u);
  EXPECT_EQ(store_.blob_count(), 0u);
}

TEST_F(Gc, RemovesNothingOfWorthWhicheverCallFailsAndARetryCompletes) {
  add("7/kept", "row and bytes");
  put("7/orphan", "12345");
  clock_.advance(kDefaultGrace + 1min);
  std::size_t nth = 1;
  for (; nth < 100; ++nth) {
    const std::size_t before = real_catalog_.calls();
    real_catalog_.fail_call(nth, ErrorKind::Unavailable);
    const auto outcome = collect();
    EXPECT_TRUE(is_stored("7/kept"));
    if (outcome.has_value()) {
      EXPECT_LT(real_catalog_.calls() - before, nth) << "a failing call was not noticed";
      break;
    }
    EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
    if (!is_stored("7/orphan")) put("7/orphan", "12345");
  }
  EXPECT_EQ(nth, 7u) << "ping, two pages, expired, answers, once more the key: six calls";
  EXPECT_FALSE(is_stored("7/orphan"));
}

TEST_F(Gc, StopsBetweenStepsWhenItIsNoLongerWanted) {
  put("7/orphan", "x");
  clock_.advance(kDefaultGrace + 1min);
  std::stop_source stop;
  context_.stop = stop.get_token();
  stop.request_stop();
  const auto report = collect();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::Cancelled);
  EXPECT_TRUE(is_stored("7/orphan"));
}

TEST(GcReportText, SaysWhatWasDone) {
  const GcReport report{.blobs = 10,
                        .orphans = 3,
                        .orphan_bytes = 2048,
                        .young_orphans = 1,
                        .removed = 2,
                        .removed_bytes = 1024,
                        .expired_attachments = 4,
                        .forgotten_answers = 5};
  EXPECT_EQ(to_text(report),
            "2 files without a row removed (1KiB), 1 too young, 0 could not be removed; 4 expired attachments removed, "
            "5 old answers forgotten.");
  EXPECT_EQ(to_json(report),
            R"({"dry_run":false,"blobs":10,"orphans":3,"orphan_bytes":2048,"young_orphans":1,"removed":2,)"
            R"("removed_bytes":1024,"failed":0,"expired_attachments":4,"forgotten_answers":5})");
  EXPECT_EQ(to_text(GcReport{.blobs = 10, .orphans = 3, .orphan_bytes = 2048, .young_orphans = 1, .dry_run = true}),
            "3 of 10 stored files have no row (2KiB); 2 of them would be removed, 1 are too young.");
}

}  // namespace
}  // namespace holdall::attachment
