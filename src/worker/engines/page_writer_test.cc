#include "worker/engines/page_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "worker/engines/testing/pages.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::kMostPageText;
using media::protocol::kMostPageWords;
using media::protocol::OwnedDescriptor;
using media::protocol::TextPage;

class PageWriterTest : public ::testing::Test {
 protected:
  TextPage written(TextPage page) {
    PageWriter writer(output_.get(), 10, 1 << 20);
    EXPECT_TRUE(writer.add(std::move(page)));
    is_truncated_ = writer.is_truncated();
    return testing::pages_in(output_.get()).at(0);
  }

  OwnedDescriptor output_ = testing::file_with("");
  bool is_truncated_ = false;
};

TEST_F(PageWriterTest, LeavesNothingInATextThatIsNoText) {
  EXPECT_EQ(written({.text = std::string("a\0b\x1b\tc\r\nd", 9), .words = {}}).text, "a b \tc \nd");
}

TEST_F(PageWriterTest, KeepsOffsetsWhereUtf8IsBroken) {
  const TextPage page = written({.text = "\xC3(\xFF \xE2\x82 end", .words = {{.begin = 7, .length = 3}}});
  EXPECT_EQ(page.text, "?(? ?? end");
  EXPECT_EQ(page.text.substr(page.words.at(0).begin, page.words.at(0).length), "end");
}

TEST_F(PageWriterTest, CutsAPageThatIsTooLongBetweenCharacters) {
  std::string text(kMostPageText - 1, 'x');
  text += "é and more";
  const TextPage page =
      written({.text = text, .words = {{.begin = 0, .length = 5}, {.begin = kMostPageText, .length = 5}}});
  EXPECT_EQ(page.text.size(), kMostPageText - 1);
  EXPECT_EQ(page.words.size(), 1U);
  EXPECT_TRUE(is_truncated_);
}

TEST_F(PageWriterTest, KeepsTheTextOfAPageWithTooManyWords) {
  TextPage page{.text = std::string(kMostPageWords * 2 - 1, 'x'), .words = {}};
  ASSERT_LE(page.text.size(), kMostPageText);
  for (std::uint32_t i = 0; i < kMostPageWords * 2 - 1; ++i)
    page.words.push_back({.begin = i, .length = 1});
  const TextPage kept = written(page);
  EXPECT_EQ(kept.text, page.text);
  EXPECT_EQ(kept.words.size(), kMostPageWords);
}

TEST_F(PageWriterTest, StopsWhenThereAreEnough) {
  PageWriter writer(output_.get(), 2, 1000);
  EXPECT_TRUE(writer.add({.text = "one", .words = {}}));
  EXPECT_TRUE(writer.add({.text = "two", .words = {}}));
  EXPECT_FALSE(writer.is_truncated());
  EXPECT_FALSE(writer.add({.text = "three", .words = {}}));
  EXPECT_TRUE(writer.is_truncated());
  EXPECT_EQ(testing::pages_in(output_.get()).size(), 2U);
}

TEST_F(PageWriterTest, WhatHasFailedStaysSo) {
  const OwnedDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  PageWriter writer(full.get(), 10, 1000);
  EXPECT_FALSE(writer.add({.text = "one", .words = {}}));
  EXPECT_TRUE(writer.has_failed());
  EXPECT_FALSE(writer.add_parts("two"));
  EXPECT_TRUE(writer.has_failed());
}

}  // namespace
}  // namespace holdall::worker::engines
