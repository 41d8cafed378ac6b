#include "io/event.h"

#include <thread>

#include <gtest/gtest.h>

#include "io/sync_wait.h"

namespace holdall::io {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Event, IsNotWaitedForOnceItIsSet) {
  Event event;
  EXPECT_FALSE(event.is_set());
  event.set();
  EXPECT_TRUE(sync_wait(event.wait(Clock::now())));
}

TEST(Event, WakesThoseOfOtherThreads) {
  Event event;
  std::vector<std::thread> threads;
  std::atomic<int> woken = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { woken += sync_wait(event.wait(Clock::now() + 1min)) ? 1 : 0; });
  std::this_thread::sleep_for(10ms);
  event.set();
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(woken, 4);
}

TEST(Event, WaitsNoLongerThanTheDeadline) {
  Event event;
  EXPECT_FALSE(sync_wait(event.wait(Clock::now() + 5ms)));
  event.set();  // whoever waited is gone
}

}  // namespace
}  // namespace holdall::io
