#include "jobs/backoff.h"

#include <limits>

#include <gtest/gtest.h>

namespace holdall::jobs {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesFromTheBaseUpToTheCap) {
  struct Case {
    int attempts;
    std::chrono::microseconds longest;
  };
  const Case cases[] = {{1, 1s},    {2, 2s},     {3, 4s},     {9, 256s},
                        {10, 512s}, {11, 10min}, {12, 10min}, {std::numeric_limits<int>::max(), 10min}};
  for (const Case& c : cases)
    EXPECT_EQ(wait_after(c.attempts, Backoff{}, 1.0), c.longest) << c.attempts;
}

TEST(Backoff, IsSpreadOverTheWholeWait) {
  EXPECT_EQ(wait_after(3, Backoff{}, 0.0), 0s);
  EXPECT_EQ(wait_after(3, Backoff{}, 0.25), 1s);
  EXPECT_EQ(wait_after(3, Backoff{}, 0.5), 2s);
  EXPECT_EQ(wait_after(20, Backoff{}, 0.5), 5min);
}

TEST(Backoff, TakesItsBaseAndCapFromTheSettings) {
  const Backoff backoff{.base = 10ms, .cap = 35ms};
  EXPECT_EQ(wait_after(1, backoff, 1.0), 10ms);
  EXPECT_EQ(wait_after(2, backoff, 1.0), 20ms);
  EXPECT_EQ(wait_after(3, backoff, 1.0), 35ms);
}

TEST(Backoff, NeverLeavesItsBoundsWhateverItIsGiven) {
  EXPECT_EQ(wait_after(0, Backoff{}, 1.0), 1s);
  EXPECT_EQ(wait_after(-7, Backoff{}, 1.0), 1s);
  EXPECT_EQ(wait_after(1, Backoff{}, 7.0), 1s);
  EXPECT_EQ(wait_after(1, Backoff{}, -1.0), 0s);
}

}  // namespace
}  // namespace holdall::jobs
