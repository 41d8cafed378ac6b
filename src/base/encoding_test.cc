#include "base/encoding.h"

#include <gtest/gtest.h>

namespace holdall {
namespace {

using namespace std::string_view_literals;

TEST(Hex, WritesLowerCase) { EXPECT_EQ(to_hex(as_bytes("\x00\x7F\xFFz"sv)), "007fff7a"); }

TEST(Hex, ReadsEitherCase) {
  const auto bytes = parse_hex("00fFA5");
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(as_text(*bytes), "\x00\xFF\xA5"sv);
  EXPECT_TRUE(parse_hex("")->empty());
}

TEST(Hex, RefusesOddLengthAndForeignCharacters) {
  for (const auto text : {"0"sv, "000"sv, "0g"sv, " 0"sv, "0x00"sv, "0\0"sv, "/0"sv, ":0"sv, "@0"sv, "`0"sv}) {
    EXPECT_EQ(parse_hex(text), std::nullopt) << text;
  }
}

struct Base64Case {
  std::string_view bytes;
  std::string_view base64;
  std::string_view base64url;
};

// RFC 4648 section 10, and bytes that need the two alphabets' own characters.
constexpr Base64Case kBase64Cases[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xFB\xFF\xBF"sv, "+/+/", "-_-_"},
    {"\x00\x00"sv, "AAA=", "AAA"},
};

TEST(Base64, WritesTheVectorsOfTheRfc) {
  for (const auto& [bytes, base64, base64url] : kBase64Cases) {
    EXPECT_EQ(to_base64(as_bytes(bytes)), base64);
    EXPECT_EQ(to_base64url(as_bytes(bytes)), base64url);
  }
}

TEST(Base64Url, ReadsWhatItWrites) {
  for (const auto& sample : kBase64Cases)
    EXPECT_EQ(parse_base64url(sample.base64url), sample.bytes);
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    EXPECT_EQ(parse_base64url(to_base64url(as_bytes(all))), all);
  }
}

TEST(Base64Url, IsStrict) {
  const std::string_view cases[] = {"Zg==", "Zm9vYg=", "=",     "A",    "AAAAA",    "+/+/",      "Zh",
                                    "Zm9",  "AB",      "Zm 9v", "Zg\n", "Zm9v\0"sv, "\xC3\xA9xx"};
  for (const auto text : cases)
    EXPECT_EQ(parse_base64url(text), std::nullopt) << text;
}

TEST(PercentEncoding, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b/c?%+\"\xC3\xA9\0"sv), "a%20b%2Fc%3F%25%2B%22%C3%A9%00");
}

TEST(PercentEncoding, DecodesEitherCaseAndKeepsPlus) {
  EXPECT_EQ(percent_decode(""), "");
  EXPECT_EQ(percent_decode("a%20b%2fc%2F+"), "a b/c/+");
  EXPECT_EQ(percent_decode("%00"), "\0"sv);
  EXPECT_EQ(percent_decode("%2525"), "%25");
}

TEST(PercentEncoding, RefusesBrokenEscapes) {
  for (const auto text : {"%"sv, "%2"sv, "a%"sv, "%zz"sv, "%2g"sv, "%%20"sv, "% 20"sv, "%+1"sv}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(Utf8, TakesWellFormedText) {
  const std::string_view cases[] = {
      "",
      "plain ASCII, longer than a word",
      "\x00 is a character"sv,
      "h\xC3\xA9llo",
      "\xC2\x80",
      "\xDF\xBF",
      "\xE0\xA0\x80",
      "\xED\x9F\xBF",
      "\xEE\x80\x80",
      "\xEF\xBF\xBF",
      "\xF0\x90\x80\x80",
      "\xF4\x8F\xBF\xBF",
      "12345678\xF0\x9F\x93\x8E"
      "12345678",
  };
  for (const auto text : cases)
    EXPECT_TRUE(is_utf8(text)) << to_hex(as_bytes(text));
}

TEST(Utf8, RefusesIllFormedTextAtEveryPlace) {
  const std::string_view cases[] = {
      "\x80",              // continuation alone
      "\xC0\x80",          // overlong NUL
      "\xC1\xBF",          // overlong
      "\xC3",              // cut off
      "\xC3(",             // no continuation
      "\xE0\x9F\xBF",      // overlong
      "\xE2\x82",          // cut off
      "\xE2(\xA1",         //
      "\xE2\x82(",         //
      "\xED\xA0\x80",      // surrogate
      "\xED\xBF\xBF",      // surrogate
      "\xF0\x8F\xBF\xBF",  // overlong
      "\xF0\x9F\x93",      // cut off
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xF5\x80\x80\x80",  //
      "\xF8\x88\x80\x80\x80",
      "\xFE",
      "\xFF",
  };
  for (const auto broken : cases) {
    // Around the eight-byte steps of the fast path.
    for (std::size_t before = 0; before < 18; ++before) {
      const std::string start = std::string(before, 'a') + std::string(broken);
      EXPECT_FALSE(is_utf8(start)) << before << " + " << to_hex(as_bytes(broken));
      EXPECT_FALSE(is_utf8(start + "0123456789")) << before << " + " << to_hex(as_bytes(broken));
    }
  }
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(first_characters("abc", 3), "abc");
  EXPECT_EQ(first_characters("abcd", 3), "abc");
  EXPECT_EQ(first_characters("a\u00e9b", 2), "a");
  EXPECT_EQ(first_characters("a\u00e9b", 3), "a\u00e9");
  EXPECT_EQ(first_characters("\U0001F600", 3), "");
  EXPECT_EQ(first_characters("", 0), "");
}

TEST(Ascii, LowersLettersOnly) {
  EXPECT_EQ(ascii_lower("AZaz@[`{\xC3\x89"), "azaz@[`{\xC3\x89");
  EXPECT_TRUE(equals_ignoring_case("Content-TYPE", "content-type"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
}

TEST(Trim, CutsSpacesAndTabsOnly) {
  EXPECT_EQ(trim(" \t a b \t"), "a b");
  EXPECT_EQ(trim("\n a"), "\n a");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(ConstantTime, ComparesAllBytes) {
  EXPECT_TRUE(equals_constant_time("", ""));
  EXPECT_TRUE(equals_constant_time("secret\0x"sv, "secret\0x"sv));
  EXPECT_FALSE(equals_constant_time("secret\0x"sv, "secret\0y"sv));
  EXPECT_FALSE(equals_constant_time("xecret", "secret"));
  EXPECT_FALSE(equals_constant_time("secre", "secret"));
}

}  // namespace
}  // namespace holdall
