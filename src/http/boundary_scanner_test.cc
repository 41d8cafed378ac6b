#include "http/boundary_scanner.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::http {
namespace {

/// The text between delimiters, found by reading the pieces one after the other.
std::vector<std::string> split(const std::vector<std::string_view>& pieces, bool at_line_start) {
  BoundaryScanner scanner("b");
  if (at_line_start) scanner.begin_line();
  std::vector<std::string> found = {""};
  for (const auto piece : pieces) {
    auto input = as_bytes(piece);
    while (!input.empty()) {
      const auto step = scanner.scan(input);
      found.back() += as_text(step.data);
      if (step.found) found.emplace_back();
      input = input.subspan(step.consumed);
    }
  }
  return found;
}

using Texts = std::vector<std::string>;

TEST(BoundaryScanner, FindsDelimiters) {
  EXPECT_EQ(split({"one\r\n--btwo\r\n--b"}, false), (Texts{"one", "two", ""}));
  EXPECT_EQ(split({"\r\n--b\r\n--b"}, false), (Texts{"", "", ""}));
  EXPECT_EQ(split({"\r\r\n--b\r\n-\r\n--b"}, false), (Texts{"\r", "\r\n-", ""}));
  EXPECT_EQ(split({"--b"}, false), (Texts{"--b"}));
}

TEST(BoundaryScanner, TakesADelimiterWithoutItsCrlfAtTheStartOfALine) {
  EXPECT_EQ(split({"--b"}, true), (Texts{"", ""}));
  EXPECT_EQ(split({"\r\n--b"}, true), (Texts{"", ""}));
  EXPECT_EQ(split({"-\r\n--b"}, true), (Texts{"-", ""}));
  EXPECT_EQ(split({"x--b"}, true), (Texts{"x--b"}));
}

TEST(BoundaryScanner, GivesBackWhatOnlyLookedLikeADelimiter) {
  EXPECT_EQ(split({"one\r\n", "-", "-", "c"}, false), (Texts{"one\r\n--c"}));
  EXPECT_EQ(split({"one\r", "\r\n--b"}, false), (Texts{"one\r", ""}));
  EXPECT_EQ(split({"\r\n-", "\r\n-", "\r\n--b"}, false), (Texts{"\r\n-\r\n-", ""}));
  EXPECT_EQ(split({"-", "-", "c"}, true), (Texts{"--c"}));
  EXPECT_EQ(split({"", "-", "", "-", "b"}, true), (Texts{"", ""}));
}

TEST(BoundaryScanner, HoldsBackAtMostADelimiter) {
  BoundaryScanner scanner("b");
  const auto step = scanner.scan(as_bytes("one\r\n--"));
  EXPECT_EQ(as_text(step.data), "one");
  EXPECT_EQ(step.consumed, 7);
  EXPECT_FALSE(step.found);
}

}  // namespace
}  // namespace holdall::http
