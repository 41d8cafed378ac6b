#include "blob/local/recent_blobs.h"

#include <gtest/gtest.h>

namespace holdall::blob::local {
namespace {

using State = RecentBlobs::State;

SharedBlob blob_of(std::size_t size) {
  auto blob = std::make_shared<SmallBlob>();
  blob->bytes.resize(size);
  return blob;
}

void publish(RecentBlobs& recent, const std::string& key, std::uint64_t sequence) {
  auto claim = recent.claim(key);
  ASSERT_TRUE(claim.has_value());
  recent.publish(key, blob_of(3), sequence);
  claim->settle();
}

TEST(RecentBlobs, HidesAKeyUntilItIsDurable) {
  RecentBlobs recent;
  EXPECT_EQ(recent.find("a").state, State::Unknown);
  {
    const auto claim = recent.claim("a");
    ASSERT_TRUE(claim.has_value());
    EXPECT_EQ(recent.find("a").state, State::Hidden);
    EXPECT_FALSE(recent.claim("a").has_value());
  }
  EXPECT_EQ(recent.find("a").state, State::Unknown) << "a writer that failed gives its key back";
  EXPECT_TRUE(recent.claim("a").has_value());
}

TEST(RecentBlobs, GivesBytesFromMemoryUntilTheFileIsWhole) {
  RecentBlobs recent;
  publish(recent, "a", 1);
  EXPECT_EQ(recent.find("a").state, State::InMemory);
  ASSERT_NE(recent.begin_file("a"), nullptr);
  EXPECT_EQ(recent.find("a").state, State::InMemory) << "half a file is nobody's business";
  EXPECT_TRUE(recent.finish_file("a"));
  EXPECT_EQ(recent.find("a").state, State::Unknown);
}

TEST(RecentBlobs, KeepsAKeyTakenWhileTheJournalSpeaksOfIt) {
  RecentBlobs recent;
  publish(recent, "a", 1);
  static_cast<void>(recent.begin_file("a"));
  EXPECT_TRUE(recent.finish_file("a"));
  EXPECT_FALSE(recent.claim("a").has_value());
  EXPECT_TRUE(recent.needs_tombstone("a"));
  recent.drop_segment(1);
  EXPECT_FALSE(recent.needs_tombstone("a"));
  EXPECT_TRUE(recent.claim("a").has_value());
}

TEST(RecentBlobs, Promise6MakesNoFileOfWhatWasRemoved) {
  RecentBlobs recent;
  publish(recent, "a", 1);
  EXPECT_TRUE(recent.hide("a"));
  EXPECT_EQ(recent.find("a").state, State::Hidden);
  EXPECT_EQ(recent.begin_file("a"), nullptr);
}

TEST(RecentBlobs, Promise6TellsThatAFileMadeMeanwhileMustGo) {
  RecentBlobs recent;
  publish(recent, "a", 1);
  ASSERT_NE(recent.begin_file("a"), nullptr);
  EXPECT_TRUE(recent.hide("a"));
  EXPECT_FALSE(recent.finish_file("a"));
  EXPECT_EQ(recent.find("a").state, State::Hidden) << "until the file is gone";
  recent.release("a");
  EXPECT_EQ(recent.find("a").state, State::Unknown);
}

TEST(RecentBlobs, ListsWhatIsVisibleBehindTheCursor) {
  RecentBlobs recent;
  for (const char* key : {"1/a", "1/b", "1/c", "2/a"})
    publish(recent, key, 1);
  const auto claim = recent.claim("1/d");
  EXPECT_TRUE(recent.hide("1/c"));
  const auto listed = recent.list("1/", "1/a", 10);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].key.text(), "1/b");
  EXPECT_EQ(recent.list("1/", "", 1).size(), 1U);
}

}  // namespace
}  // namespace holdall::blob::local
