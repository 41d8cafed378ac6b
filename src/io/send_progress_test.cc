#include "io/send_progress.h"

#include <gtest/gtest.h>

namespace holdall::io {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kRate = 1000;  // bytes a second
constexpr auto kWindow = 10s;
constexpr auto kTick = 250ms;

/// How long a peer lasts that takes so many bytes of an endless answer each tick; 10 minutes are for ever.
std::chrono::milliseconds endurance(std::uint64_t bytes_a_tick) {
  const Deadline begin{};
  std::uint64_t unsent = 1ull << 40;
  SendCredit credit(begin, begin + kWindow, kRate, unsent);
  Deadline deadline = begin + kWindow;
  Deadline now = begin;
  while (now - begin < 10min) {
    now += kTick;
    unsent -= bytes_a_tick;
    if (now < deadline) continue;
    deadline = credit.renewed(unsent, now);
    if (deadline <= now) break;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - begin);
}

TEST(SendCredit, CutsAPeerThatTakesNothingAfterItsWindow) { EXPECT_EQ(endurance(0), kWindow); }

TEST(SendCredit, CutsAPeerThatTakesAByteATick) { EXPECT_LE(endurance(1), kWindow + 1s); }

TEST(SendCredit, CutsAPeerAtHalfTheRate) { EXPECT_LE(endurance(125), 2 * kWindow + 1s); }

TEST(SendCredit, KeepsAPeerAtTheRate) {
  EXPECT_GE(endurance(250), 10min);
  EXPECT_GE(endurance(100'000), 10min);
}

TEST(SendCredit, DoesNotSaveUpForLater) {
  const Deadline begin{};
  SendCredit credit(begin, begin + kWindow, kRate, 1'000'000);
  EXPECT_EQ(credit.renewed(0, begin + 1s), begin + 1s + kWindow);
}

TEST(SendCredit, TakesMoreUnsentThanBeforeForNothing) {
  const Deadline begin{};
  SendCredit credit(begin, begin + kWindow, kRate, 10);
  EXPECT_EQ(credit.renewed(20, begin + 11s), begin + kWindow);
}

}  // namespace
}  // namespace holdall::io
