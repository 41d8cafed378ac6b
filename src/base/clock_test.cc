#include "base/clock.h"

#include <gtest/gtest.h>

namespace holdall {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

// 2026-11-22T17:50:10.812331Z
constexpr std::int64_t kSample = 1'795'369'810'812'331;

TEST(Rfc3339, WritesSixDecimalsAlways) {
  EXPECT_EQ(to_rfc3339(from_micros(kSample)), "2026-11-22T17:50:10.812331Z");
  EXPECT_EQ(to_rfc3339(from_micros(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  constexpr std::int64_t kWhole = 1'795'369'810'000'000;
  const std::pair<std::string_view, std::int64_t> cases[] = {
      {"2026-11-22T17:50:10Z", kWhole},
      {"2026-11-22t17:50:10z", kWhole},
      {"2026-11-22T17:50:10+00:00", kWhole},
      {"2026-11-22T17:50:10-00:00", kWhole},
      {"2026-11-22T18:50:10+01:00", kWhole},
      {"2026-11-22T12:20:10-05:30", kWhole},
      {"2026-11-23T03:35:10+09:45", kWhole},
      {"2026-11-22T17:50:10.8Z", kWhole + 800'000},
      {"2026-11-22T17:50:10.812331Z", kSample},
      {"2026-11-22T17:50:10.812331999Z", kSample},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000'000},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000'000},
      {"0000-01-01T00:00:00Z", -62'167'219'200'000'000},
      {"9999-12-31T23:59:59.999999Z", 253'402'300'799'999'999},
  };
  for (const auto& [text, micros] : cases) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(to_micros(*time), micros) << text;
  }
}

TEST(Rfc3339, RefusesEverythingElse) {
  const std::string_view cases[] = {
      "",
      "2026-11-22",
      "2026-11-22T17:50:10",
      "2026-11-22 17:50:10Z",
      "2026-11-22T17:50Z",
      "2026-11-22T17:50:10.Z",
      "2026-11-22T17:50:10.0000000001Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T17:60:10Z",
      "2026-11-22T17:50:61Z",
      "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-00-01T00:00:00Z",
      "2026-01-00T00:00:00Z",
      "2026-11-22T17:50:10+0100",
      "2026-11-22T17:50:10+24:00",
      "2026-11-22T17:50:10+01:60",
      "2026-11-22T17:50:10Zx",
      "2026-11-22T17:50:10Z ",
      " 2026-11-22T17:50:10Z",
      "-026-11-22T17:50:10Z",
      "+2026-11-22T17:50:10Z",
      "2026-1-22T17:50:10Z",
      "2026-11-22T17:50:10Z\0"sv,
  };
  for (const auto text : cases)
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
}

TEST(HttpDate, WritesImfFixdate) {
  EXPECT_EQ(to_http_date(from_micros(kSample)), "Sun, 22 Nov 2026 17:50:10 GMT");
  EXPECT_EQ(to_http_date(from_micros(784'111'777'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(to_http_date(from_micros(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDate, ReadsAllThreeForms) {
  for (const auto text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    const auto time = parse_http_date(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(to_micros(*time), 784'111'777'000'000) << text;
  }
  EXPECT_EQ(parse_http_date("Sun Nov 13 08:49:37 1994"), from_micros(784'716'577'000'000));
}

TEST(HttpDate, RefusesEverythingElse) {
  const std::string_view cases[] = {
      "",
      "0",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37 GMT ",
      "sun, 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 +0000",
      "Sun, 06-Nov-94 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT",
      "Sun Nov 06 08:49:37 94",
      "Sun Nov  6 08:49:37 1994 GMT",
      "1994-11-06T08:49:37Z",
  };
  for (const auto text : cases)
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

TEST(ManualClock, MovesOnlyByHand) {
  ManualClock clock(from_micros(kSample));
  EXPECT_EQ(clock.now(), from_micros(kSample));
  clock.advance(1500ms);
  EXPECT_EQ(to_micros(clock.now()), kSample + 1'500'000);
}

TEST(SystemClock, ShowsTheMachinesTime) {
  const auto before = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Timestamp shown = system_clock().now();
  EXPECT_GE(shown, before);
  EXPECT_LT(shown - before, 60s);
}

}  // namespace
}  // namespace holdall
