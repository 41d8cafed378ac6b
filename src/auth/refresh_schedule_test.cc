#include "auth/refresh_schedule.h"

#include <gtest/gtest.h>

namespace holdall::auth {
namespace {

using namespace std::chrono_literals;
using TimePoint = RefreshSchedule::TimePoint;

constexpr TimePoint kStart{1000h};

TEST(RefreshSchedule, BeginsAtOnce) {
  const RefreshSchedule schedule({});
  EXPECT_LE(schedule.next(), kStart);
  EXPECT_TRUE(schedule.may_begin_on_demand(kStart));
  EXPECT_FALSE(schedule.keys_end());
}

TEST(RefreshSchedule, KeepsTheLifetimeOfTheIssuerWithinBounds) {
  const struct {
    std::optional<std::chrono::seconds> max_age;
    std::chrono::seconds lifetime;
  } cases[] = {
      {std::nullopt, 10min},
      {0s, 1min},
      {59s, 1min},
      {60s, 60s},
      {3600s, 1h},
      {24h, 24h},
      {25h, 24h},
      {9000h, 24h},
      {std::chrono::seconds::max(), 24h},
  };
  for (const auto& [max_age, lifetime] : cases) {
    RefreshSchedule schedule({});
    schedule.begin(kStart);
    schedule.succeed(kStart, max_age);
    EXPECT_EQ(schedule.next(), kStart + lifetime * 4 / 5) << lifetime.count();
    EXPECT_EQ(schedule.keys_end(), kStart + lifetime + 24h) << lifetime.count();
  }
}

TEST(RefreshSchedule, TriesAgainLessAndLessOften) {
  RefreshSchedule schedule({});
  for (const auto wait : {10s, 20s, 40s, 80s, 160s, 300s, 300s, 300s}) {
    schedule.fail(kStart);
    EXPECT_EQ(schedule.next(), kStart + wait);
  }
  for (int i = 0; i < 1000; ++i)
    schedule.fail(kStart);
  EXPECT_EQ(schedule.next(), kStart + 300s);
  schedule.succeed(kStart, std::nullopt);
  schedule.fail(kStart);
  EXPECT_EQ(schedule.next(), kStart + 10s) << "a success begins the count anew";
}

TEST(RefreshSchedule, AFailureDoesNotLengthenTheLifeOfTheKeys) {
  RefreshSchedule schedule({});
  schedule.succeed(kStart, 60s);
  schedule.fail(kStart + 23h);
  EXPECT_EQ(schedule.keys_end(), kStart + 60s + 24h);
}

TEST(RefreshSchedule, AllowsOneDemandInThirtySeconds) {
  RefreshSchedule schedule({});
  schedule.begin(kStart);
  EXPECT_FALSE(schedule.may_begin_on_demand(kStart));
  EXPECT_FALSE(schedule.may_begin_on_demand(kStart + 30s - 1ns));
  EXPECT_TRUE(schedule.may_begin_on_demand(kStart + 30s));
}

}  // namespace
}  // namespace holdall::auth
