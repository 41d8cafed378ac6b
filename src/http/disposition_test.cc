#include "http/disposition.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

struct Case {
  std::string_view filename;
  std::string_view value;  ///< after `attachment`
};

TEST(ContentDisposition, NamesTheFileForOldAndNewBrowsers) {
  const Case cases[] = {
      {"", ""},
      {"scan.pdf", "; filename=\"scan.pdf\""},
      {"my file; v=2 (final).txt", "; filename=\"my file; v=2 (final).txt\""},
      {"\xE6\x96\x87\xE4\xBB\xB6.txt", "; filename=\"__.txt\"; filename*=UTF-8''%E6%96%87%E4%BB%B6.txt"},
      {"na\xC3\xAFve plan.txt", "; filename=\"na_ve plan.txt\"; filename*=UTF-8''na%C3%AFve%20plan.txt"},
      {"\xF0\x9F\x98\x80", "; filename=\"_\"; filename*=UTF-8''%F0%9F%98%80"},
      {"a\"b\\c.txt", "; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt"},
      {"../../etc/passwd", "; filename=\".._.._etc_passwd\"; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd"},
      {"100%41.txt", "; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"},
      {"it's.txt", "; filename=\"it's.txt\""},
      {"it's \xE2\x82\xAC.txt", "; filename=\"it's _.txt\"; filename*=UTF-8''it%27s%20%E2%82%AC.txt"},
  };
  for (const auto& [filename, value] : cases) {
    EXPECT_EQ(content_disposition(DispositionType::Attachment, filename), "attachment" + std::string(value));
    EXPECT_EQ(content_disposition(DispositionType::Inline, filename), "inline" + std::string(value));
  }
}

TEST(ContentDisposition, LetsNoControlCharacterThrough) {
  const Case cases[] = {
      {"a\r\nSet-Cookie: x=y", "; filename=\"a__Set-Cookie: x=y\""},
      {"a\tb\x7F", "; filename=\"a_b_\""},
      {"a\xC2\x85\xC2\x80"
       "b",
       "; filename=\"a__b\""},
      {"\xC2\xA0", "; filename=\"_\"; filename*=UTF-8''%C2%A0"},
      {"\xE6\x96\x87\n", "; filename=\"__\"; filename*=UTF-8''%E6%96%87_"},
      {std::string_view("a\0b", 3), "; filename=\"a_b\""},
  };
  for (const auto& [filename, value] : cases) {
    EXPECT_EQ(content_disposition(DispositionType::Attachment, filename), "attachment" + std::string(value));
  }
}

TEST(ContentDisposition, GivesANameThatIsNotUtf8ThePlainFormOnly) {
  EXPECT_EQ(content_disposition(DispositionType::Attachment, "a\xFF\xFE\"b"), "attachment; filename=\"a___b\"");
  EXPECT_EQ(content_disposition(DispositionType::Attachment, "\x80\xC3"), "attachment; filename=\"_\"");
}

TEST(ParseDisposition, ReadsTypeAndParameters) {
  const auto disposition = parse_disposition(" Attachment ; FileName=\"a\\\"b\";x=y ", Backslash::QuotesAnything);
  ASSERT_TRUE(disposition);
  EXPECT_EQ(disposition->type, "attachment");
  EXPECT_EQ(disposition->parameters, (std::vector<FieldParameter>{{"filename", "a\"b"}, {"x", "y"}}));
  EXPECT_TRUE(parse_disposition("inline", Backslash::QuotesAnything)->parameters.empty());
}

TEST(ParseDisposition, RefusesWhatIsNone) {
  for (const std::string_view text : {"", ";a=b", "a b", "a;b", "a;b=", "a;=b", "a;b=\"", "a;b=\"c\\", "a;b=c;b=d",
                                      "a;b=c;B=d", "a,b", "a;b=c,", "a;b=\"c\nd\""}) {
    EXPECT_FALSE(parse_disposition(text, Backslash::QuotesAnything)) << text;
  }
}

TEST(ParseDisposition, TakesAtMost32Parameters) {
  std::string text = "a";
  for (int i = 0; i < 32; ++i)
    text += ";p" + std::to_string(i) + "=x";
  EXPECT_EQ(parse_disposition(text, Backslash::QuotesAnything)->parameters.size(), 32);
  EXPECT_FALSE(parse_disposition(text + ";p=x", Backslash::QuotesAnything));
}

TEST(ParseDisposition, PrefersTheExtendedName) {
  const struct {
    std::string_view text;
    std::optional<std::string> filename;
  } cases[] = {
      {"attachment", {}},
      {"attachment; filename=a", "a"},
      {"attachment; filename=a; filename*=UTF-8''%E2%82%AC", "\xE2\x82\xAC"},
      {"attachment; filename*=utf-8'en'b; filename=a", "b"},
      {"attachment; filename=a; filename*=UTF-8''%FF", "a"},
      {"attachment; filename=a; filename*=UTF-8''%4", "a"},
      {"attachment; filename=a; filename*=iso-8859-1''b", "a"},
      {"attachment; filename=a; filename*=UTF-8b", "a"},
      {"attachment; filename=a; filename*=UTF-8'b", "a"},
  };
  for (const auto& [text, filename] : cases) {
    const auto disposition = parse_disposition(text, Backslash::QuotesAnything);
    ASSERT_TRUE(disposition) << text;
    EXPECT_EQ(disposition->filename(), filename) << text;
  }
}

TEST(ControlCharacters, AreFoundWhereverTheyStand) {
  EXPECT_FALSE(has_control_character(""));
  EXPECT_FALSE(has_control_character("a \xC2\xA0\xE6\x96\x87~"));
  for (const std::string_view text : {"\x01", "a\n", "\x7F", "\xC2\x80", "a\xC2\x9F"}) {
    EXPECT_TRUE(has_control_character(text)) << text;
  }
  EXPECT_TRUE(has_control_character(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace holdall::http
