#include "io/task_group.h"

#include <sstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace holdall::io {
namespace {

using namespace std::chrono_literals;

Task<> wait_forever(bool& was_cancelled) {
  asio::steady_timer timer(co_await asio::this_coro::executor, Deadline::max());
  const auto [error] = co_await timer.async_wait(kAsTuple);
  was_cancelled = error == asio::error::operation_aborted;
}

Task<> throw_at_once() {
  throw std::runtime_error("broken");
  co_return;
}

Task<> await_group(TaskGroup& group, Deadline deadline, bool& was_empty) { was_empty = co_await group.wait(deadline); }

class TaskGroupTest : public ::testing::Test {
 protected:
  void run(Task<> task) {
    asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    context_.restart();
    while (context_.poll() > 0 || (!done_ && context_.run_one() > 0)) {
    }
  }

  std::ostringstream log_;
  asio::io_context context_{1};
  TaskGroup group_{context_.get_executor(),
                   std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_))};
  bool done_ = false;
};

TEST_F(TaskGroupTest, IsDoneAtOnceWhenEmpty) {
  bool was_empty = false;
  run(await_group(group_, Deadline::max(), was_empty));
  EXPECT_TRUE(was_empty);
}

TEST_F(TaskGroupTest, CancelsAllAndWaitsForThem) {
  bool first = false, second = false, was_empty = false;
  group_.spawn("first", wait_forever(first));
  group_.spawn("second", wait_forever(second));
  EXPECT_EQ(group_.size(), 2U);
  asio::post(context_, [this] { group_.cancel(); });
  run(await_group(group_, Deadline::max(), was_empty));
  EXPECT_TRUE(first && second && was_empty);
  EXPECT_EQ(group_.size(), 0U);
}

TEST_F(TaskGroupTest, SaysWhenTheDeadlineCameFirst) {
  bool cancelled = false, was_empty = true;
  group_.spawn("stubborn", wait_forever(cancelled));
  done_ = true;
  run(await_group(group_, std::chrono::steady_clock::now() - 1s, was_empty));
  EXPECT_FALSE(was_empty);
  group_.cancel();
  context_.run();
  EXPECT_EQ(group_.size(), 0U);
}

TEST_F(TaskGroupTest, LogsWhatATaskThrows) {
  bool was_empty = false;
  group_.spawn("careless", throw_at_once());
  run(await_group(group_, Deadline::max(), was_empty));
  EXPECT_TRUE(was_empty);
  EXPECT_NE(log_.str().find("careless ended with an exception: broken"), std::string::npos);
}

}  // namespace
}  // namespace holdall::io
