#include "blob/local/space.h"

#include <gtest/gtest.h>

namespace holdall::blob::local {
namespace {

class DiskOfSize final : public Disk {
 public:
  std::uint64_t free_bytes(int) override {
    ++questions;
    return free;
  }
  std::uint64_t free = 100;
  int questions = 0;
};

TEST(Space, CountsWhatIsTakenBetweenTwoQuestions) {
  DiskOfSize disk;
  Space space(disk, -1, 10);
  EXPECT_TRUE(space.has_room(90));
  EXPECT_FALSE(space.has_room(91));
  {
    const auto first = space.try_take(60);
    ASSERT_TRUE(first);
    EXPECT_FALSE(space.try_take(31));
    EXPECT_TRUE(space.try_take(30));
  }
  EXPECT_FALSE(space.has_room(1));
  EXPECT_EQ(disk.questions, 1);
}

TEST(Space, BelievesTheMediumAboutWhatHasBeenWritten) {
  DiskOfSize disk;
  Space space(disk, -1, 10);
  EXPECT_TRUE(space.try_take(60));
  disk.free = 40;
  space.refresh();
  EXPECT_TRUE(space.has_room(30));
  EXPECT_FALSE(space.has_room(31));
}

TEST(Space, GoesOnCountingWhatIsNotWrittenYet) {
  DiskOfSize disk;
  Space space(disk, -1, 10);
  const auto room = space.try_take(60);
  space.refresh();
  EXPECT_TRUE(space.has_room(30));
  EXPECT_FALSE(space.has_room(31));
}

TEST(Space, AsksBeforeItRefuses) {
  DiskOfSize disk;
  Space space(disk, -1, 10);
  EXPECT_TRUE(space.try_take(90));
  EXPECT_TRUE(space.take(90)) << "somebody has made room meanwhile";
  disk.free = 10;
  const auto refused = space.take(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::NoSpace);
  EXPECT_EQ(disk.questions, 3);
}

TEST(Space, DoesNotWrapRound) {
  DiskOfSize disk;
  Space space(disk, -1, 10);
  EXPECT_FALSE(space.has_room(UINT64_MAX));
  EXPECT_FALSE(space.take(UINT64_MAX));
}

}  // namespace
}  // namespace holdall::blob::local
