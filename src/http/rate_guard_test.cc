#include "http/rate_guard.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

using namespace std::chrono_literals;

const Deadline kNow{100h};

TEST(RateGuard, GivesAStoppedPeerOneWindow) {
  const RateGuard guard(1024, 10s);
  EXPECT_EQ(guard.deadline(kNow) - kNow, 10s);
}

TEST(RateGuard, NeverCutsAPeerAtTheRate) {
  RateGuard guard(1024, 10s);
  for (int second = 0; second < 1000; ++second)
    guard.account(1s, 1024);
  EXPECT_GE(guard.deadline(kNow) - kNow, 9s);
}

TEST(RateGuard, CutsAPeerAtHalfTheRateAfterTwoWindows) {
  RateGuard guard(1024, 10s);
  for (int second = 0; second < 19; ++second)
    guard.account(1s, 512);
  EXPECT_EQ(guard.deadline(kNow) - kNow, 500ms);
  guard.account(1s, 512);
  EXPECT_LE(guard.deadline(kNow) - kNow, 500ms);
}

TEST(RateGuard, ForgetsWhatAFastPeerDidLongAgo) {
  RateGuard guard(1024, 10s);
  guard.account(1s, 1'000'000'000);
  EXPECT_EQ(guard.deadline(kNow) - kNow, 10s);
}

TEST(RateGuard, IsNotFooledByOneByteASecond) {
  RateGuard guard(1024, 10s);
  int seconds = 0;
  while (guard.deadline(kNow) - kNow > 1s) {
    guard.account(1s, 1);
    ++seconds;
  }
  EXPECT_EQ(seconds, 10);
}

}  // namespace
}  // namespace holdall::http
