#include "catalog/detail/word_records.h"

#include <random>

#include <gtest/gtest.h>

namespace holdall::catalog::detail {
namespace {

const std::vector<Word> kWords{
    {.begin = 0, .length = 5, .left = 1, .top = 2, .right = 65535, .bottom = 4, .confidence = 97},
    {.begin = 70'000, .length = 300, .left = 256, .top = 0, .right = 0, .bottom = 513}};

TEST(WordRecords, GiveBackWhatWasWritten) {
  const auto decoded = decode_words(encode_words(kWords), 70'300);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, kWords);
  EXPECT_TRUE(decode_words("", 0)->empty());
}

TEST(WordRecords, AreAlwaysWrittenTheSameWay) {
  const std::vector<Word> one{{.begin = 0x01020304, .length = 5, .left = 6, .top = 7, .right = 8, .bottom = 0x0A09}};
  EXPECT_EQ(encode_words(one), std::string("\x04\x03\x02\x01\x05\0\x06\0\x07\0\x08\0\x09\x0A\xFF", 15));
}

TEST(WordRecords, DamageIsCorruptOrSomeOtherWords) {
  const std::string records = encode_words(kWords);
  EXPECT_EQ(decode_words(records.substr(1), 70'300).error().kind, ErrorKind::Corrupt);
  EXPECT_EQ(decode_words(records, 70'299).error().kind, ErrorKind::Corrupt);
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::string damaged = records;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto decoded = decode_words(damaged, 70'300);
    if (!decoded) continue;
    for (const Word& word : *decoded)
      ASSERT_LE(std::size_t{word.begin} + word.length, 70'300U);
  }
}

}  // namespace
}  // namespace holdall::catalog::detail
