#include "base/random.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace holdall {
namespace {

TEST(Random, FillsEveryByteSoonerOrLater) {
  std::array<std::byte, 300> seen{};
  for (int round = 0; round < 16; ++round) {
    std::array<std::byte, 300> bytes{};
    fill_random(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      seen[i] |= bytes[i];
  }
  // 16 zero bytes in a row at one place have a chance of 2^-128.
  for (const std::byte byte : seen)
    EXPECT_NE(byte, std::byte{0});
}

TEST(RandomName, HasTheLengthAndTheAlphabetAsked) {
  for (const std::size_t length : {0U, 1U, 12U, 64U, 65U, 1000U}) {
    const std::string name = random_name(length);
    EXPECT_EQ(name.size(), length);
    EXPECT_EQ(name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos) << name;
  }
}

TEST(RandomName, UsesEveryCharacterAndNeverTheSameNameTwice) {
  const std::string sample = random_name(20'000);
  EXPECT_EQ(std::set<char>(sample.begin(), sample.end()).size(), 36U);
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i)
    names.insert(random_name(16));
  EXPECT_EQ(names.size(), 1000U);
}

}  // namespace
}  // namespace holdall
