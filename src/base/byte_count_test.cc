#include "base/byte_count.h"

#include <gtest/gtest.h>

namespace holdall {
namespace {

TEST(ByteCount, ReadsEveryUnit) {
  const std::pair<std::string_view, std::uint64_t> cases[] = {
      {"0", 0},
      {"4096", 4096},
      {"1B", 1},
      {"10MiB", 10'485'760},
      {"2GiB", 2'147'483'648},
      {"2GB", 2'000'000'000},
      {"3TiB", 3'298'534'883'328},
      {"1kB", 1000},
      {"1KB", 1000},
      {"1KiB", 1024},
      {"5MB", 5'000'000},
      {"7TB", 7'000'000'000'000},
      {"9223372036854775807", 9'223'372'036'854'775'807},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(parse_byte_count(text), expected) << text;
}

TEST(ByteCount, RefusesWhatIsNotASize) {
  const std::string_view cases[] = {"",
                                    "MiB",
                                    "-1",
                                    "+1",
                                    " 1",
                                    "1 ",
                                    "1 MiB",
                                    "1mib",
                                    "1.5G",
                                    "1MiBs",
                                    "0x10",
                                    "1e3",
                                    "1K",
                                    "9223372036854775808",
                                    "18446744073709551616",
                                    "8388608TiB"};
  for (const auto text : cases)
    EXPECT_EQ(parse_byte_count(text), std::nullopt) << text;
  EXPECT_EQ(parse_byte_count(std::string_view("1\0", 2)), std::nullopt);
}

TEST(ByteCount, WritesTheLargestBinaryUnitThatDividesEvenly) {
  EXPECT_EQ(format_byte_count(0), "0B");
  EXPECT_EQ(format_byte_count(1000), "1000B");
  EXPECT_EQ(format_byte_count(1024), "1KiB");
  EXPECT_EQ(format_byte_count(10'485'760), "10MiB");
  EXPECT_EQ(format_byte_count(10'485'761), "10485761B");
  EXPECT_EQ(format_byte_count(1ULL << 41), "2TiB");
}

}  // namespace
}  // namespace holdall
