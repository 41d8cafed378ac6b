#include "config/duration.h"

#include <gtest/gtest.h>

namespace holdall::config {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

TEST(Duration, ReadsEveryUnit) {
  const std::pair<std::string_view, std::chrono::microseconds> cases[] = {
      {"0", 0us},       {"0s", 0us},
      {"250us", 250us}, {"500ms", 500ms},
      {"10s", 10s},     {"5m", 5min},
      {"5min", 5min},   {"24h", 24h},
      {"7d", 168h},     {"9223372036854775807us", std::chrono::microseconds::max()},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(parse_duration(text), expected) << text;
}

TEST(Duration, RefusesWhatIsNotALengthOfTime) {
  const std::string_view cases[] = {
      "",           "10",    "s",  "-1s",   "-0s", "+1s",  " 1s",  "1s ",
      "1 s",        "1.5s",  "1S", "1h30m", "1y",  "1e3s", "0x1s", "9223372036854775808us",
      "106751992d", "1s\0"sv};
  for (const auto text : cases)
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Duration, WritesTheLargestUnitThatDividesEvenly) {
  EXPECT_EQ(format_duration(0us), "0s");
  EXPECT_EQ(format_duration(1us), "1us");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(10s), "10s");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(15min), "15min");
  EXPECT_EQ(format_duration(24h), "1d");
}

}  // namespace
}  // namespace holdall::config
