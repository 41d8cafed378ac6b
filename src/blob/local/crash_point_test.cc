#include "blob/local/crash_point.h"

#include <set>

#include <gtest/gtest.h>

namespace holdall::blob::local {
namespace {

TEST(CrashPoint, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const CrashPoint point : all_crash_points()) {
    EXPECT_TRUE(names.insert(name_of(point)).second) << name_of(point);
    EXPECT_EQ(parse_crash_point(name_of(point)), point);
  }
}

TEST(CrashPoint, HooksAreWrittenAsPointAndCount) {
  for (const std::string_view text : {"frame-synced", "frame-synced:1", "staged-written:30"})
    EXPECT_TRUE(parse_crash_hook(text).has_value()) << text;
  for (const std::string_view text : {"", "nowhere", "frame-synced:", "frame-synced:0", "frame-synced:-1",
                                      "frame-synced:1x", ":1", "frame-synced:99999999999"}) {
    EXPECT_FALSE(parse_crash_hook(text).has_value()) << text;
  }
}

TEST(CrashPoint, EndsTheProcessAtTheNthPass) {
  const CrashHook hook = exit_at(CrashPoint::FrameSynced, 2);
  hook(CrashPoint::FrameSynced);
  hook(CrashPoint::FrameWritten);
  EXPECT_EXIT(hook(CrashPoint::FrameSynced), ::testing::ExitedWithCode(137), "");
}

}  // namespace
}  // namespace holdall::blob::local
