#include "http/range.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace holdall::http {

void PrintTo(const RangeSelection& selection, std::ostream* out) {
  *out << static_cast<int>(selection.kind);
  for (const auto& range : selection.ranges)
    *out << " " << range.first << "-" << range.last;
}

namespace {

using Kind = RangeSelection::Kind;
using Ranges = std::vector<ByteRange>;

TEST(RangeField, SelectsWhatItNames) {
  const struct {
    std::string_view field;
    std::uint64_t size;
    Ranges ranges;
  } cases[] = {
      {"bytes=0-499", 10000, {{0, 499}}},
      {"bytes=500-999", 10000, {{500, 999}}},
      {"bytes=-500", 10000, {{9500, 9999}}},
      {"bytes=9500-", 10000, {{9500, 9999}}},
      {"bytes=0-0,-1", 10000, {{0, 0}, {9999, 9999}}},
      {"bytes= 0-999, 4500-5499, -1000", 10000, {{0, 999}, {4500, 5499}, {9000, 9999}}},
      {"BYTES=0-0", 10, {{0, 0}}},
      {"bytes=0-", 10, {{0, 9}}},
      {"bytes=9-9", 10, {{9, 9}}},
      {"bytes=0-100", 10, {{0, 9}}},
      {"bytes=-100", 10, {{0, 9}}},
      {"bytes=,, 1-2 ,\t,", 10, {{1, 2}}},
      {"bytes=20-30,1-2", 10, {{1, 2}}},
      {"bytes=-0,1-2", 10, {{1, 2}}},
      {"bytes=007-008", 10, {{7, 8}}},
      {"bytes=5-18446744073709551615", 10, {{5, 9}}},
      {"bytes=5-18446744073709551616", 10, {{5, 9}}},
      {"bytes=5-99999999999999999999999999999999999", 10, {{5, 9}}},
      {"bytes=-99999999999999999999999999999999999", 10, {{0, 9}}},
      {"bytes=9223372036854775806-", 9223372036854775807, {{9223372036854775806, 9223372036854775806}}},
      {"bytes=-1", UINT64_MAX, {{UINT64_MAX - 1, UINT64_MAX - 1}}},
  };
  for (const auto& [field, size, ranges] : cases) {
    EXPECT_EQ(parse_range(field, size), (RangeSelection{Kind::Partial, ranges})) << field;
  }
}

TEST(RangeField, IsIgnoredWhenMalformedOrOfAnotherUnit) {
  const std::string_view cases[] = {
      "",
      "bytes",
      "bytes=",
      "bytes=,",
      "bytes=-",
      "bytes=a-b",
      "bytes=1",
      "bytes=1-0",
      "bytes=5-4,0-0",
      "bytes=1--2",
      "bytes=--1",
      "bytes=1-2-3",
      "bytes=+1-2",
      "bytes=1 -2",
      "bytes=1- 2",
      "bytes =0-0",
      " bytes=0-0",
      "bytes:0-0",
      "items=0-0",
      "seconds=1-2",
      "bytes=0-0;1-1",
      "bytes=0x1-2",
      "bytes=1-2,x",
      "bytes=0-0, bytes=1-1",
      "bytes=0-0,-",
  };
  for (const auto field : cases)
    EXPECT_EQ(parse_range(field, 10).kind, Kind::Whole) << field;
}

TEST(RangeField, IsUnsatisfiableWhenEveryRangeLiesBeyondTheEnd) {
  for (const std::string_view field : {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=10-,11-12,-0",
                                       "bytes=18446744073709551616-", "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(parse_range(field, 10), (RangeSelection{Kind::Unsatisfiable, {}})) << field;
  }
}

TEST(RangeField, OfAnEmptyRepresentationNamesNothing) {
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::Unsatisfiable);
  EXPECT_EQ(parse_range("bytes=0-0", 0).kind, Kind::Unsatisfiable);
  EXPECT_EQ(parse_range("bytes=-0", 0).kind, Kind::Unsatisfiable);
  EXPECT_EQ(parse_range("bytes=-5", 0).kind, Kind::Whole);
  EXPECT_EQ(parse_range("bytes=x", 0).kind, Kind::Whole);
}

TEST(RangeField, GivesTheWholeForMoreThanSixteenRanges) {
  std::string field = "bytes=0-0";
  for (int i = 1; i < 16; ++i)
    field += "," + std::to_string(i * 10) + "-" + std::to_string(i * 10);
  EXPECT_EQ(parse_range(field, 1000).ranges.size(), 16);
  EXPECT_EQ(parse_range(field + ",999-", 1000).kind, Kind::Whole);
  EXPECT_EQ(parse_range(field + ",5000-", 1000).kind, Kind::Whole);
}

TEST(RangeField, NeverRepeatsAByte) {
  const struct {
    std::string_view field;
    Ranges ranges;
  } cases[] = {
      {"bytes=0-4,5-9", {{0, 9}}},
      {"bytes=5-9,0-4", {{0, 9}}},
      {"bytes=0-4,6-9", {{0, 4}, {6, 9}}},
      {"bytes=6-9,0-4", {{6, 9}, {0, 4}}},
      {"bytes=0-,0-,0-,0-,0-", {{0, 99}}},
      {"bytes=0-10,5-20,15-30", {{0, 30}}},
      {"bytes=0-1,10-11,20-21,2-19", {{0, 21}}},
      {"bytes=50-60,0-1,55-70,80-90", {{50, 70}, {0, 1}, {80, 90}}},
      {"bytes=0-1,50-60,40-49,2-3", {{0, 3}, {40, 60}}},
      {"bytes=98-,-1", {{98, 99}}},
  };
  for (const auto& [field, ranges] : cases) {
    EXPECT_EQ(parse_range(field, 100), (RangeSelection{Kind::Partial, ranges})) << field;
  }
}

TEST(ContentRange, IsWritten) {
  EXPECT_EQ(content_range({0, 9}, 100), "bytes 0-9/100");
  EXPECT_EQ(content_range({42, 42}, 18446744073709551615U), "bytes 42-42/18446744073709551615");
  EXPECT_EQ(unsatisfied_content_range(100), "bytes */100");
}

TEST(ByteRangesFrame, HasTheLengthItSays) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  const ByteRangesFrame frame({{4, 8}, {40, 42}}, text.size(), "text/plain", "B0undary");
  std::string body;
  for (std::size_t i = 0; i < frame.ranges().size(); ++i) {
    body += frame.head(i) + text.substr(frame.ranges()[i].first, frame.ranges()[i].size());
  }
  body += frame.tail();
  EXPECT_EQ(body,
            "--B0undary\r\nContent-Type: text/plain\r\nContent-Range: bytes 4-8/43\r\n\r\nquick"
            "\r\n--B0undary\r\nContent-Type: text/plain\r\nContent-Range: bytes 40-42/43\r\n\r\ndog"
            "\r\n--B0undary--\r\n");
  EXPECT_EQ(frame.content_length(), body.size());
  EXPECT_EQ(frame.content_type(), "multipart/byteranges; boundary=B0undary");
}

TEST(ByteRangesFrame, CountsRangesOfAnySize) {
  constexpr std::uint64_t kSize = std::uint64_t{1} << 62U;
  const ByteRangesFrame frame({{0, kSize / 2 - 2}, {kSize / 2, kSize - 1}}, kSize, "a/b", "b");
  EXPECT_EQ(frame.content_length(), kSize - 1 + frame.head(0).size() + frame.head(1).size() + frame.tail().size());
}

}  // namespace
}  // namespace holdall::http
