#include "http/field_lexer.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

TEST(Token, IsMadeOfTheCharactersOfSection5_6_2) {
  const std::string_view all = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    EXPECT_EQ(is_token_char(c), all.contains(c)) << i;
  }
  EXPECT_TRUE(is_token(all));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
}

TEST(FieldLexer, TakesAQuotedString) {
  const struct {
    std::string_view text;
    std::optional<std::string> anything;  ///< Backslash::QuotesAnything
    std::optional<std::string> quotes;    ///< Backslash::QuotesQuotes
  } cases[] = {
      {"\"\"", "", ""},
      {"\"a b\t;,=\"", "a b\t;,=", "a b\t;,="},
      {"\"a\\\"b\"", "a\"b", "a\"b"},
      {"\"a\\\\\"", "a\\", "a\\"},
      {"\"a\\b\"", "ab", "a\\b"},
      {"\"\xC3\xA4\"", "\xC3\xA4", "\xC3\xA4"},
      {"\"a\\\xC3\"", "a\xC3", "a\\\xC3"},
      {"\"a", {}, {}},
      {"\"a\\\"", {}, {}},
      {"\"a\\", {}, {}},
      {"\"", {}, {}},
      {"", {}, {}},
      {"a\"b\"", {}, {}},
      {"\"a\nb\"", {}, {}},
      {"\"a\\\nb\"", {}, {}},
      {"\"a\x7F\"", {}, {}},
  };
  for (const auto& [text, anything, quotes] : cases) {
    EXPECT_EQ(FieldLexer(text).take_quoted_string(Backslash::QuotesAnything), anything) << text;
    EXPECT_EQ(FieldLexer(text).take_quoted_string(Backslash::QuotesQuotes), quotes) << text;
  }
}

TEST(FieldLexer, LeavesWhatFollowsTheParameters) {
  FieldLexer lexer(" ; a=b ;; c=\"d,e\" , rest");
  const auto parameters = lexer.take_parameters(Backslash::QuotesAnything);
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters, (std::vector<FieldParameter>{{"a", "b"}, {"c", "d,e"}}));
  EXPECT_EQ(lexer.rest(), ", rest");
  EXPECT_EQ(*find_parameter(*parameters, "c"), "d,e");
  EXPECT_EQ(find_parameter(*parameters, "d"), nullptr);
}

}  // namespace
}  // namespace holdall::http
