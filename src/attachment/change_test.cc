#include "attachment/change.h"

#include <gtest/gtest.h>

#include "blob/testing/memory_store.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"

namespace holdall::attachment {
namespace {

class ChangeTest : public ::testing::Test {
 protected:
  ChangeTest() {
    catalog::NewAttachment row;
    row.key = "7/2026/11/22/101010_abc";
    row.store = "memory";
    row.size = 3;
    row.collection = "default";
    row.filename = "photo.jpg";
    row.mime_type = "image/jpeg";
    row.metadata = R"({"a":1,"b":2})";
    EXPECT_TRUE(io::sync_wait(catalog_.add(caller_.user, {row}, {}, {}, context_)));
  }

  Result<catalog::Attachment> apply(ChangeRequest request, std::optional<std::int64_t> version = {}) {
    return io::sync_wait(change(backends_, caller_, AttachmentId{1}, std::move(request), version, context_));
  }

  ManualClock clock_{from_micros(1'795'000'000'000'000)};
  Config config_;
  catalog::testing::MemoryCatalog catalog_{clock_};
  blob::testing::MemoryStore store_;
  Reservations reservations_;
  Backends backends_{config_, catalog_, store_, clock_, reservations_, [](std::string_view) {}};
  Caller caller_{UserId{7}, "7"};
  Context context_;
};

TEST_F(ChangeTest, ChangesWhatIsMentionedAndNothingElse) {
  const auto row = apply({.filename = "beach.jpeg", .metadata_patch = R"({"a":null,"c":3})"});
  ASSERT_TRUE(row) << describe(row.error());
  EXPECT_EQ(row->filename, "beach.jpeg");
  EXPECT_EQ(row->metadata, R"({"b":2,"c":3})");
  EXPECT_EQ(row->mime_type, "image/jpeg");
  EXPECT_EQ(row->version, 2);
}

TEST_F(ChangeTest, ARenameKeepsTheType) {
  const auto row = apply({.filename = "photo.png"});
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().kind, ErrorKind::Unsupported);
}

TEST_F(ChangeTest, AStaleVersionIsRefused) {
  ASSERT_TRUE(apply({.tags = {{"x"}}}, 1));
  const auto row = apply({.tags = {{"y"}}}, 1);
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().kind, ErrorKind::PreconditionFailed);
}

TEST_F(ChangeTest, AnothersAttachmentIsNotFound) {
  caller_.user = UserId{8};
  const auto row = apply({.tags = {{"x"}}});
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().kind, ErrorKind::NotFound);
}

TEST_F(ChangeTest, ExpiryMustLieAheadAndCanBeTakenBack) {
  EXPECT_FALSE(apply({.expires_at = {{"2001-01-01T00:00:00Z"}}}));
  const auto set = apply({.expires_at = {{"2099-01-01T00:00:00Z"}}});
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->expires_at);
  ChangeRequest clear;
  clear.expires_at.emplace();
  EXPECT_FALSE(apply(clear)->expires_at);
}

}  // namespace
}  // namespace holdall::attachment
