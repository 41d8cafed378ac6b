#include "attachment/filename.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdall::attachment {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct Kept {
  std::string_view given;
  std::string_view kept;
};

TEST(Filename, KeepsTheLastSegmentAsItIsShown) {
  const Kept table[] = {
      {"report.pdf", "report.pdf"},
      {"  two words.txt  ", "two words.txt"},
      {"../../etc/passwd", "passwd"},
      {"C:\\fakepath\\photo.jpg", "photo.jpg"},
      {"a\\b/c.txt", "c.txt"},
      {"文書 été \"q\".txt", "文書 été \"q\".txt"},
      {"a;b%00.txt", "a;b%00.txt"},
      {".htaccess", ".htaccess"},
      {"...", "..."},
      {"tail.", "tail."},
      {"עברית\u200F.txt", "עברית\u200F.txt"},
  };
  for (const Kept& row : table) {
    const auto name = clean_filename(row.given);
    ASSERT_TRUE(name.has_value()) << row.given << ": " << describe(name.error());
    EXPECT_EQ(*name, row.kept);
  }
}

TEST(Filename, RefusesWhatIsNoName) {
  const std::string_view table[] = {
      "",
      "   ",
      "folder/",
      "folder\\",
      ".",
      "..",
      " .. ",
      "a/..",
      "nul\0.txt"sv,
      "line\nbreak.txt",
      "tab\t.txt",
      "del\x7F.txt",
      "c1\u0085.txt",
      "photo\u202Egpj.exe",
      "a\u202A.txt",
      "a\u2066.txt",
      "a\u2069.txt",
      "latin1-\xE9.txt",
      "overlong-\xC0\xAF.txt",
      "surrogate-\xED\xA0\x80.txt",
      "cut-\xE2\x80",
  };
  for (const std::string_view name : table) {
    const auto kept = clean_filename(name);
    ASSERT_FALSE(kept.has_value()) << name;
    EXPECT_EQ(kept.error().kind, ErrorKind::InvalidArgument) << name;
    EXPECT_EQ(kept.error().code, "filename-invalid") << name;
  }
}

TEST(Filename, CountsTheBytesOfTheLastSegmentOnly) {
  EXPECT_TRUE(clean_filename(std::string(255, 'a')).has_value());
  EXPECT_FALSE(clean_filename(std::string(256, 'a')).has_value());
  EXPECT_TRUE(clean_filename(std::string(5000, 'd') + "/a.txt").has_value());
}

TEST(Filename, TellsEverySegmentBehindTheFirst) {
  EXPECT_THAT(extensions_of("Report.tar.GZ"), ElementsAre(".tar", ".gz"));
  EXPECT_THAT(extensions_of(".htaccess"), ElementsAre(".htaccess"));
  EXPECT_THAT(extensions_of("plain"), IsEmpty());
  EXPECT_THAT(extensions_of("..."), IsEmpty());
  EXPECT_THAT(extensions_of("virus.exe. . ."), ElementsAre(".exe"));
  EXPECT_THAT(extensions_of("virus.exe .jpg"), ElementsAre(".exe", ".jpg"));
  EXPECT_THAT(extensions_of("a..pdf"), ElementsAre(".pdf"));
  EXPECT_THAT(extensions_of("a. exe"), ElementsAre(".exe"));
  EXPECT_THAT(extensions_of("v1.2.report.pdf"), ElementsAre(".2", ".report", ".pdf"));
}

}  // namespace
}  // namespace holdall::attachment
