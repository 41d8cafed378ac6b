#include "attachment/fsck.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "attachment/testing/keeping_house.h"

namespace holdall::attachment {
namespace {

using namespace std::chrono_literals;

class Fsck : public testing::KeepingHouse {
 protected:
  Result<FsckReport> look(FsckOptions options = {}) {
    options.second_look_after = 0ms;
    return io::sync_wait(check(catalog_, store_, clock_, std::move(options), context_));
  }

  /// The one finding there must be.
  Finding only_finding(const Result<FsckReport>& report) {
    EXPECT_TRUE(report.has_value());
    if (!report || report->findings().size() != 1) {
      ADD_FAILURE() << (report ? to_text(*report) : describe(report.error()));
      return {};
    }
    return report->findings().front();
  }

  void replace_bytes(std::string_view key, std::string_view bytes) {
    ASSERT_TRUE(blob::testing::remove(store_, key).has_value());
    put(key, bytes);
  }

  std::uint64_t rows() { return io::sync_wait(real_catalog_.blobs_after({}, 1000, context_))->size(); }
};

TEST_F(Fsck, IsCleanWhenEveryRowHasItsBytes) {  // promises 1, 2 and 10
  add("7/a", "one");
  add("7/b", "three");
  const auto report = look({.read_data = true});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(report->findings().size(), 0u);
  EXPECT_EQ(report->rows_checked, 2u);
  EXPECT_EQ(report->blobs_stored, 2u);
  EXPECT_EQ(report->bytes_read, 8u);
  EXPECT_EQ(look()->bytes_read, 0u);
}

TEST_F(Fsck, ReportsARowWhoseBytesAreGoneAndKeepsTheRow) {  // promise 2
  add("7/a", "one");
  ASSERT_TRUE(blob::testing::remove(store_, "7/a").has_value());
  const auto report = look({.repair = true});
  const Finding finding = only_finding(report);
  EXPECT_EQ(finding.defect, Defect::BlobMissing);
  EXPECT_EQ(finding.key, "7/a");
  EXPECT_EQ(finding.user_id, 7);
  EXPECT_FALSE(finding.is_repaired);
  EXPECT_FALSE(report->is_clean());
  EXPECT_EQ(rows(), 1u) << "the record of a loss is never destroyed";
}

TEST_F(Fsck, FindsAChangedByteOnlyWhenItReads) {  // promise 1
  add("7/a", "one");
  replace_bytes("7/a", "onf");
  EXPECT_TRUE(look()->is_clean());
  const auto report = look({.read_data = true, .repair = true});
  const Finding finding = only_finding(report);
  EXPECT_EQ(finding.defect, Defect::ContentDiffers);
  EXPECT_NE(finding.what.find(to_hex(sha256(std::as_bytes(std::span("onf", 3))))), std::string::npos);
  EXPECT_EQ(rows(), 1u);
}

TEST_F(Fsck, FindsAnotherSizeWithoutReading) {  // promise 1
  add("7/a", "one");
  replace_bytes("7/a", "on");
  const Finding finding = only_finding(look());
  EXPECT_EQ(finding.defect, Defect::SizeDiffers);
  EXPECT_EQ(finding.what, "The file has 2 bytes, the row says 3.");
}

TEST_F(Fsck, ReadsBlobsLargerThanOnePiece) {
  const std::string bytes(3 * io::ByteSource::kLargestPiece + 17, 'x');
  add("7/a", bytes);
  const auto report = look({.read_data = true});
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(report->bytes_read, bytes.size());
}

TEST_F(Fsck, CountsAnOrphanWithinGraceAsNoDefect) {  // promise 2: gc has until then
  put("7/young", "12345");
  clock_.advance(kDefaultGrace - 1h);
  const auto report = look();
  const Finding finding = only_finding(report);
  EXPECT_EQ(finding.defect, Defect::YoungOrphan);
  EXPECT_EQ(finding.key, "7/young");
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(report->orphan_bytes, 5u);
  EXPECT_TRUE(is_stored("7/young"));
}

TEST_F(Fsck, WarnsOfAnOrphanPastGraceAndShowsItsAge) {  // promise 2
  put("7/old", "12345");
  clock_.advance(50h + 30min + 30s);
  const auto report = look({.repair = true});
  const Finding finding = only_finding(report);
  EXPECT_EQ(finding.defect, Defect::OldOrphan);
  EXPECT_EQ(finding.what, "The file has no row; 5 bytes, 50 h 30 min old. gc removes it.");
  EXPECT_FALSE(report->is_clean());
  EXPECT_TRUE(is_stored("7/old")) << "removing is for gc";
}

TEST_F(Fsck, SetsWrongUsageRightWhenAskedTo) {  // promise 10
  add("7/a", "one");
  catalog_.wrong_usage = {
      {.user_id = kOwner, .recorded = {.bytes = 9, .files = 2}, .counted = {.bytes = 3, .files = 1}}};
  const Finding seen = only_finding(look());
  EXPECT_EQ(seen.defect, Defect::UsageDiffers);
  EXPECT_EQ(seen.user_id, 7);
  EXPECT_EQ(seen.what, "Recorded are 9 bytes in 2 files, the rows sum to 3 bytes in 1 files.");
  EXPECT_FALSE(seen.is_repaired);
  EXPECT_TRUE(only_finding(look({.repair = true})).is_repaired);
  EXPECT_TRUE(look()->is_clean());
}

TEST_F(Fsck, ReportsWhatTheCatalogFindsInItself) {
  catalog_.integrity_findings = {"row 3 missing from index\x1b[2J"};
  const auto report = look();
  const Finding finding = only_finding(report);
  EXPECT_EQ(finding.defect, Defect::CatalogDamaged);
  EXPECT_EQ(finding.what, "row 3 missing from index\\x1b[2J") << "must not steer a terminal";
  EXPECT_FALSE(report->is_clean());
}

TEST_F(Fsck, ReportsRowsThatNoUploadWouldMake) {
  struct Case {
    std::string key;
    std::string store;
    Defect defect;
  };
  put("7/a", "");
  const Case cases[] = {{"../a", "memory", Defect::KeyMalformed},
                        {"7/a", "s3", Defect::StoreUnknown},
                        {"7/a", "memory", Defect::BlobUnused}};
  for (const Case& c : cases) {
    catalog_.damaged_rows = {
        {.blob = {.id = {5}, .key = c.key, .store = c.store, .size = 0, .sha256 = {}}, .user_id = {7}}};
    const auto report = look();
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->count(c.defect), 1u) << name_of(c.defect);
    EXPECT_FALSE(report->is_clean());
  }
}

TEST_F(Fsck, TakesWhatIsDeletedWhileItLooksForNoDefect) {
  const AttachmentId id = add("7/a", "one");
  catalog_.after_blobs = [&] {
    ASSERT_TRUE(io::sync_wait(real_catalog_.remove(kOwner, {id}, std::nullopt, context_)).has_value());
    ASSERT_TRUE(blob::testing::remove(store_, "7/a").has_value());
  };
  const auto report = look({.read_data = true});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->findings().size(), 0u) << to_text(*report);
}

TEST_F(Fsck, LooksOnceMoreAtBytesThatSeemMissingOrWrong) {  // beside a server they may be on their way to their files
  add("7/a", "one");
  add("7/b", "two");
  ASSERT_TRUE(blob::testing::remove(store_, "7/a").has_value());
  replace_bytes("7/b", "tw");
  int calls = 0;
  const auto report = look({.on_progress = [&](const FsckProgress&) {
    if (++calls != 1) return;
    put("7/a", "one");
    replace_bytes("7/b", "two");
  }});
  ASSERT_TRUE(report.has_value());
  EXPECT_GE(calls, 1);
  EXPECT_EQ(report->findings().size(), 0u) << to_text(*report);
  EXPECT_EQ(report->rows_checked, 2u);
}

TEST_F(Fsck, TakesWhatIsCommittedWhileItLooksForNoOrphan) {
  const catalog::NewAttachment row = put("7/a", "one");
  catalog_.before_known_keys = [&](int call) {
    if (call == 2) commit(row);
  };
  const auto report = look();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->findings().size(), 0u) << to_text(*report);
}

TEST_F(Fsck, SaysSoWhenTheStoreCannotTellAndGoesOn) {
  add("7/a", "one");
  add("7/b", "two");
  // stat, stat, list; then the second look, which fails as well.
  store_.fail_call(1, ErrorKind::Unavailable);
  const auto report = look({.on_progress = [&](const FsckProgress& progress) {
    if (progress.stored == 2) store_.fail_call(1, ErrorKind::Unavailable);
  }});
  EXPECT_EQ(only_finding(report).defect, Defect::Unreadable);
  EXPECT_EQ(report->rows_checked, 2u);
}

TEST_F(Fsck, EndsWhenItIsNoLongerWanted) {
  add("7/a", "one");
  std::stop_source stop;
  stop.request_stop();
  context_.stop = stop.get_token();
  const auto report = look();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::Cancelled);
}

TEST_F(Fsck, WalksAllPagesAndShowsHowFarItHasCome) {
  for (int i = 0; i < 1100; ++i)
    add(fmt::format("7/{:04}", i), "x");
  std::vector<std::uint64_t> rows_seen;
  FsckProgress last;
  const auto report = look({.on_progress = [&](const FsckProgress& progress) {
    rows_seen.push_back(progress.rows);
    last = progress;
  }});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(report->rows_checked, 1100u);
  EXPECT_EQ(report->blobs_stored, 1100u);
  EXPECT_EQ(rows_seen, (std::vector<std::uint64_t>{500, 1000, 1100, 1100, 1100, 1100}));
  EXPECT_EQ(last.stored, 1100u);
}

TEST(FsckReportText, CountsWhatItLeavesOut) {
  FsckReport report;
  for (std::size_t i = 0; i < FsckReport::kFindingsKept + 5; ++i)
    report.add({.defect = Defect::BlobMissing, .what = "Gone.", .blob_id = {}, .user_id = {}, .key = {}});
  EXPECT_EQ(report.findings().size(), FsckReport::kFindingsKept);
  EXPECT_EQ(report.findings_left_out(), 5u);
  EXPECT_EQ(report.count(Defect::BlobMissing), FsckReport::kFindingsKept + 5);
  EXPECT_NE(to_text(report).find("and 5 more findings\n"), std::string::npos);
}

TEST(FsckReportText, IsALineForEachFindingAndASummary) {
  FsckReport report;
  report.rows_checked = 3;
  report.blobs_stored = 2;
  report.bytes_read = 2048;
  report.add({.defect = Defect::BlobMissing, .what = "Gone.", .blob_id = 5, .user_id = 7, .key = "7/a"});
  report.add(
      {.defect = Defect::UsageDiffers, .what = "Wrong.", .blob_id = {}, .user_id = 7, .key = {}, .is_repaired = true});
  EXPECT_EQ(to_text(report),
            "error: blob-missing: Gone. [blob 5] [user 7] [7/a]\n"
            "error: usage-differs: Wrong. [user 7] (repaired)\n"
            "findings: 3 rows, 2 stored files, 2KiB read; 2 errors, 0 warnings, 0 notices.\n");
  const boost::json::value json = boost::json::parse(to_json(report));
  EXPECT_EQ(json.at("clean"), false);
  EXPECT_EQ(json.at("rows_checked"), 3);
  EXPECT_EQ(json.at("counts").at("blob-missing"), 1);
  EXPECT_EQ(json.at("counts").at("old-orphan"), 0);
  EXPECT_EQ(json.at("findings").at(0).at("severity"), "error");
  EXPECT_EQ(json.at("findings").at(0).at("blob_id"), 5);
  EXPECT_EQ(json.at("findings").at(1).at("repaired"), true);
  EXPECT_EQ(to_text(FsckReport{}), "clean: 0 rows, 0 stored files, 0B read; 0 errors, 0 warnings, 0 notices.\n");
}

}  // namespace
}  // namespace holdall::attachment
