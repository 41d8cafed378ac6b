#include "blob/local/hot_blobs.h"

#include <gtest/gtest.h>

namespace holdall::blob::local {
namespace {

SharedBlob blob_of(std::size_t size) {
  auto blob = std::make_shared<SmallBlob>();
  blob->bytes.resize(size);
  return blob;
}

TEST(HotBlobs, GivesWhatIsKept) {
  HotBlobs hot(1 << 20);
  const SharedBlob blob = blob_of(100);
  EXPECT_EQ(hot.find("a"), nullptr);
  hot.keep("a", blob, hot.removals());
  EXPECT_EQ(hot.find("a"), blob);
}

TEST(HotBlobs, KeepsTheLatestUsedWithinItsCapacity) {
  HotBlobs hot(4096);
  for (const char* key : {"a", "b", "c"})
    hot.keep(key, blob_of(1000), hot.removals());
  EXPECT_NE(hot.find("a"), nullptr);
  hot.keep("d", blob_of(1000), hot.removals());
  EXPECT_EQ(hot.find("b"), nullptr);
  for (const char* key : {"a", "c", "d"})
    EXPECT_NE(hot.find(key), nullptr) << key;
}

TEST(HotBlobs, BoundsTheNumberOfEmptyBlobs) {
  HotBlobs hot(4096);
  for (int number = 0; number < 1000; ++number)
    hot.keep(std::to_string(number), blob_of(0), hot.removals());
  int kept = 0;
  for (int number = 0; number < 1000; ++number)
    kept += hot.find(std::to_string(number)) != nullptr ? 1 : 0;
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, 32);
}

TEST(HotBlobs, Promise6ForgetsWhatIsRemoved) {
  HotBlobs hot(1 << 20);
  hot.keep("a", blob_of(100), hot.removals());
  hot.forget("a");
  EXPECT_EQ(hot.find("a"), nullptr);
}

TEST(HotBlobs, Promise6DoesNotKeepWhatWasReadBeforeItsRemoval) {
  HotBlobs hot(1 << 20);
  const std::uint64_t removals = hot.removals();
  hot.forget("a");
  hot.keep("a", blob_of(100), removals);
  EXPECT_EQ(hot.find("a"), nullptr);
}

}  // namespace
}  // namespace holdall::blob::local
