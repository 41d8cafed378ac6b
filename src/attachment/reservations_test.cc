#include "attachment/reservations.h"

#include <limits>

#include <gtest/gtest.h>

namespace holdall::attachment {
namespace {

constexpr UserId kUser{7};
constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Reservations, SetsAsideRoomAndGivesItBack) {
  Reservations reservations;
  {
    Reservation one = reservations.open(kUser, {.bytes = 40, .files = 1}, {.bytes = 100, .files = 10});
    ASSERT_TRUE(one.cover(60, 1));
    EXPECT_EQ(reservations.held(kUser), (catalog::Usage{60, 1}));
  }
  EXPECT_EQ(reservations.held(kUser), catalog::Usage{});
}

TEST(Reservations, RefusesWhatDoesNotFitBesideOthers) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {}, {.bytes = 100, .files = {}});
  Reservation two = reservations.open(kUser, {}, {.bytes = 100, .files = {}});
  ASSERT_TRUE(one.cover(60, 1));
  const Result<void> refused = two.cover(41, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::QuotaExceeded);
  EXPECT_EQ(refused.error().code, "quota-exceeded");
  EXPECT_TRUE(two.cover(40, 1));
}

TEST(Reservations, CoverIsATotalAndNotASum) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {}, {.bytes = 100, .files = {}});
  for (std::uint64_t bytes : {10, 50, 30, 100})
    ASSERT_TRUE(one.cover(bytes, 1));
  EXPECT_EQ(reservations.held(kUser).bytes, 100u);
  EXPECT_FALSE(one.cover(101, 1));
}

TEST(Reservations, CountsFilesToo) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {.bytes = 0, .files = 9}, {.bytes = {}, .files = 10});
  ASSERT_TRUE(one.cover(kMax, 1));
  EXPECT_FALSE(one.cover(0, 2));
}

TEST(Reservations, HoldsNothingWithoutAQuota) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {}, {});
  ASSERT_TRUE(one.cover(kMax, kMax));
  EXPECT_EQ(reservations.held(kUser), catalog::Usage{});
}

TEST(Reservations, SumsThatWouldWrapAreRefused) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {.bytes = 10, .files = 0}, {.bytes = kMax, .files = {}});
  ASSERT_TRUE(one.cover(kMax - 10, 1));
  Reservation two = reservations.open(kUser, {.bytes = 10, .files = 0}, {.bytes = kMax, .files = {}});
  EXPECT_FALSE(two.cover(kMax, 1));
}

TEST(Reservations, UsageBeyondTheQuotaLeavesNoRoom) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {.bytes = 200, .files = 0}, {.bytes = 100, .files = {}});
  EXPECT_FALSE(one.cover(1, 1));
  EXPECT_TRUE(one.cover(0, 0));
}

TEST(Reservations, AMovedReservationIsReleasedOnce) {
  Reservations reservations;
  Reservation one = reservations.open(kUser, {}, {.bytes = 100, .files = {}});
  ASSERT_TRUE(one.cover(70, 1));
  {
    const Reservation two = std::move(one);
    EXPECT_EQ(reservations.held(kUser).bytes, 70u);
  }
  EXPECT_EQ(reservations.held(kUser), catalog::Usage{});
}

}  // namespace
}  // namespace holdall::attachment
