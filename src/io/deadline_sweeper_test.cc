#include "io/deadline_sweeper.h"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

namespace holdall::io {
namespace {

using namespace std::chrono_literals;

class Watch final : public DeadlineSweeper::Watch {
 public:
  explicit Watch(DeadlineSweeper& sweeper) : DeadlineSweeper::Watch(sweeper) {}
  int passed = 0;

 private:
  void on_deadline() override { ++passed; }
};

Deadline past() { return std::chrono::steady_clock::now() - 1s; }

TEST(DeadlineSweeper, KeepsNoContextRunningWithoutWatches) {
  boost::asio::io_context context;
  DeadlineSweeper sweeper(context, 1ms);
  {
    const Watch watch(sweeper);
  }
  context.run();
  SUCCEED() << "run returned";
}

TEST(DeadlineSweeper, TellsEachPassedDeadlineOnce) {
  boost::asio::io_context context;
  DeadlineSweeper sweeper(context, 1ms);
  auto first = std::make_unique<Watch>(sweeper);
  auto second = std::make_unique<Watch>(sweeper);
  auto third = std::make_unique<Watch>(sweeper);
  first->arm(past());
  second->arm(std::chrono::steady_clock::now() + 1h);
  third->arm(past());
  third->disarm();
  for (int sweep = 0; sweep < 5; ++sweep)
    context.run_one();
  EXPECT_EQ(first->passed, 1);
  EXPECT_EQ(second->passed, 0);
  EXPECT_EQ(third->passed, 0);
  second.reset();
  first->arm(past());
  context.run_one();
  EXPECT_EQ(first->passed, 2);
  first.reset();
  third.reset();
  context.run();
}

TEST(DeadlineSweeper, MayGoBeforeItsContext) {
  boost::asio::io_context context;
  {
    std::optional<DeadlineSweeper> sweeper(std::in_place, context, 1ms);
    std::optional<Watch> watch(std::in_place, *sweeper);
    watch.reset();
    sweeper.reset();
  }
  context.run();
  SUCCEED() << "what the timer left behind touched nothing";
}

}  // namespace
}  // namespace holdall::io
