#include "media/made_text.h"

#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/engine.h"

namespace holdall::media {
namespace {

TextPage page(std::string_view text) { return {.text = std::string(text), .words = {}}; }

MadeText made_of(std::string_view bytes, const protocol::Reply& reply = {}) {
  protocol::OwnedDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return MadeText(std::move(file), bytes.size(), reply);
}

TEST(MadeText, GivesItsPagesOneByOne) {
  MadeText made = made_of(encode_page(page("one")) + encode_page(page("")) + encode_page(page("three")),
                          {.outcome = protocol::Outcome::Done, .pages = 3, .is_truncated = 1});
  EXPECT_EQ(made.pages(), 3U);
  EXPECT_TRUE(made.is_truncated());
  for (const char* text : {"one", "", "three"}) {
    const auto next = made.next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->text, text);
  }
  EXPECT_FALSE(*made.next());
  EXPECT_FALSE(*made.next()) << "the end stays the end";
}

// Promise 8: what a child wrote is believed page by page, and nothing behind the first that is none.
TEST(MadeText, Promise8IsSpentAfterWhatIsNoPage) {
  const std::string good = encode_page(page("good"));
  for (const std::string& bad : {good.substr(0, 5), good.substr(0, good.size() - 1), std::string(64, '\xff')}) {
    MadeText made = made_of(good + bad + good);
    ASSERT_TRUE(*made.next());
    Result<std::optional<TextPage>> next = made.next();
    if (next && *next) next = made.next();  // half a page swallows the beginning of the next before it shows
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, kTextUnreadable);
    EXPECT_FALSE(*made.next());
  }
}

}  // namespace
}  // namespace holdall::media
