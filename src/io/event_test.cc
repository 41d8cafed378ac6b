#include "io/event.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "io/sync_wait.h"

namespace holdall::io {
namespace {

using namespace std::chrono_literals;

Context until(std::chrono::milliseconds from_now) {
  return {.request_id = "", .deadline = std::chrono::steady_clock::now() + from_now, .stop = {}};
}

TEST(Event, IsNotWaitedForOnceItIsSet) {
  Event event;
  EXPECT_FALSE(event.is_set());
  event.set();
  EXPECT_TRUE(sync_wait(event.wait(until(0ms))));
}

TEST(Event, WakesThoseOfOtherThreads) {
  Event event;
  std::vector<std::thread> threads;
  std::atomic<int> woken = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { woken += sync_wait(event.wait(until(1min))) ? 1 : 0; });
  std::this_thread::sleep_for(10ms);
  event.set();
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(woken, 4);
}

TEST(Event, WaitsNoLongerThanTheDeadline) {
  Event event;
  EXPECT_FALSE(sync_wait(event.wait(until(5ms))));
  event.set();  // whoever waited is gone
}

TEST(Event, WaitsNoLongerThanItIsWanted) {
  Event event;
  std::stop_source stop;
  const Context context{.request_id = "", .deadline = Deadline::max(), .stop = stop.get_token()};
  std::thread stopper([&] {
    std::this_thread::sleep_for(10ms);
    stop.request_stop();
  });
  EXPECT_FALSE(sync_wait(event.wait(context)));
  EXPECT_FALSE(sync_wait(event.wait(context))) << "also when it was stopped before";
  stopper.join();
}

}  // namespace
}  // namespace holdall::io
