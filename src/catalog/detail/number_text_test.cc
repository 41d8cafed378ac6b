#include "catalog/detail/number_text.h"

#include <gtest/gtest.h>

#include "catalog/detail/subject.h"

namespace holdall::catalog::detail {
namespace {

using Number = std::variant<std::int64_t, double>;

TEST(JsonNumber, TakesWholeJsonNumbersOnly) {
  struct Case {
    std::string_view text;
    std::optional<Number> expected;
  };
  const Case cases[] = {
      {"0", std::int64_t{0}},
      {"-17", std::int64_t{-17}},
      {"9223372036854775807", std::int64_t{9223372036854775807}},
      {"9223372036854775808", 9223372036854775808.0},
      {"1.5", 1.5},
      {"5e2", 500.0},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+1", std::nullopt},
      {"01", std::nullopt},
      {"1.", std::nullopt},
      {".5", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"0x10", std::nullopt},
      {"NaN", std::nullopt},
      {"Infinity", std::nullopt},
      {"1,2", std::nullopt},
      {"[1]", std::nullopt},
      {"1 2", std::nullopt},
      {std::string_view("1\0002", 3), std::nullopt},
      {"00000000000000000000000000000000000000000000000000000000000000000", std::nullopt},
  };
  for (const Case& c : cases)
    EXPECT_EQ(json_number(c.text), c.expected) << c.text;
}

TEST(DecimalSubject, TakesCanonicalNumbersBelowTheBound) {
  EXPECT_EQ(decimal_subject("0"), UserId{0});
  EXPECT_EQ(decimal_subject("1099511627775"), UserId{1099511627775});
  for (const std::string_view text : {"1099511627776", "-0", "00", "01", "1 ", "", "0x1", "１"}) {
    EXPECT_FALSE(decimal_subject(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace holdall::catalog::detail
