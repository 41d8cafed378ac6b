#include "media/protocol/text_pages.h"

#include <functional>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::media::protocol {
namespace {

TextPage sound_page() {
  return {.source = TextSource::Recognised,
          .confidence = 91,
          .text = "Grüße\n\tan alle",
          .words = {{.begin = 0, .length = 7, .left = 10, .top = 20, .right = 300, .bottom = 60, .confidence = 95},
                    {.begin = 9, .length = 2, .left = 310, .top = 20, .right = 400, .bottom = 60}}};
}

std::optional<TextPage> parse(std::string_view bytes) {
  const auto all = as_bytes(bytes);
  if (all.size() < sizeof(PageHead)) return std::nullopt;
  const auto head = parse_page_head(all.first(sizeof(PageHead)));
  return head ? parse_page(*head, all.subspan(sizeof(PageHead))) : std::nullopt;
}

TEST(TextPages, ComeOutAsTheyWentIn) {
  EXPECT_EQ(parse(encode_page(sound_page())), sound_page());
  const TextPage empty{.source = TextSource::Embedded, .text = {}, .words = {}};
  EXPECT_EQ(parse(encode_page(empty)), empty);
}

TEST(TextPages, HaveTheLengthTheirHeadSays) {
  const std::string bytes = encode_page(sound_page());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(parse(bytes + "x"));
}

// Promise 8: whoever took a child over writes what he likes; none of it reaches the catalog.
TEST(TextPages, Promise8ThatBreakARuleAreNone) {
  const std::vector<std::function<void(TextPage&)>> wrongs = {
      [](TextPage& page) { page.source = static_cast<TextSource>(3); },
      [](TextPage& page) { page.confidence = 101; },
      [](TextPage& page) { page.text[1] = '\x1b'; },
      [](TextPage& page) { page.text[1] = '\0'; },
      [](TextPage& page) { page.text[2] = '\xff'; },
      [](TextPage& page) { page.text.resize(kMostPageText + 1, 'x'); },
      [](TextPage& page) { page.words[1].begin = 3; },           // within the word before
      [](TextPage& page) { page.words[1].begin = 0xffffffff; },  // far outside
      [](TextPage& page) { page.words[1].length = 100; },        // beyond the end
      [](TextPage& page) { page.words[1].length = 0; },          // of nothing
      [](TextPage& page) { page.words[0].length = 3; },          // half of a character
      [](TextPage& page) { page.words[0].right = 5; },           // inside out
      [](TextPage& page) { page.words[0].bottom = 5; },          //
      [](TextPage& page) { page.words[0].confidence = 200; },    //
      [](TextPage& page) { page.words[0].unused = 1; },          //
      [](TextPage& page) { page.words.resize(kMostPageWords + 1); },
  };
  for (std::size_t i = 0; i < wrongs.size(); ++i) {
    TextPage page = sound_page();
    wrongs[i](page);
    EXPECT_FALSE(parse(encode_page(page))) << i;
  }
}

}  // namespace
}  // namespace holdall::media::protocol
