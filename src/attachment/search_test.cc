#include "attachment/search.h"

#include <gtest/gtest.h>

namespace holdall::attachment {
namespace {

using catalog::SearchTerm;
using catalog::TextSpan;

SearchTerm word(std::string phrase) { return {.phrase = std::move(phrase)}; }

std::vector<SearchTerm> parsed(std::string_view text) {
  auto terms = parse_query(text);
  EXPECT_TRUE(terms) << describe(terms.error());
  return terms ? *terms : std::vector<SearchTerm>();
}

std::string code_of(std::string_view text) {
  const auto terms = parse_query(text);
  return terms ? "" : terms.error().code;
}

std::string shown(const std::vector<Fragment>& fragments) {
  std::string text;
  for (const Fragment& fragment : fragments)
    text += fragment.is_match ? "[" + fragment.text + "]" : fragment.text;
  return text;
}

std::vector<TextSpan> all(std::string_view text, std::string_view wanted) {
  std::vector<TextSpan> spans;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1))
    spans.push_back({at, wanted.size()});
  return spans;
}

TEST(SearchQuery, IsWordsPhrasesBeginningsAndExclusions) {
  EXPECT_EQ(parsed("  invoice\t2026 "), (std::vector{word("invoice"), word("2026")}));
  EXPECT_EQ(parsed("\"past due\" pay*"),
            (std::vector{word("past due"), SearchTerm{.phrase = "pay", .is_prefix = true}}));
  EXPECT_EQ(parsed("tea -milk -\"two sugars\""),
            (std::vector{word("tea"), SearchTerm{.phrase = "milk", .is_excluded = true},
                         SearchTerm{.phrase = "two sugars", .is_excluded = true}}));
  EXPECT_EQ(parsed("\"never closed again"), std::vector{word("never closed again")});
  EXPECT_EQ(parsed("\"as it beg\"*"), (std::vector{SearchTerm{.phrase = "as it beg", .is_prefix = true}}));
}

TEST(SearchQuery, HasNoSyntaxThatCouldBeWrong) {
  EXPECT_EQ(parsed("a:b AND (c"), (std::vector{word("a:b"), word("AND"), word("(c")}));
  EXPECT_EQ(parsed("\"\" \" \" x"), std::vector{word("x")});
  EXPECT_EQ(parsed("e-mail"), std::vector{word("e-mail")});
  EXPECT_EQ(parsed("* - x"), std::vector{word("x")});
}

TEST(SearchQuery, MustBeForSomething) {
  for (const char* nothing : {"", "  ", "\"\"", "-", "*", "-milk"})
    EXPECT_EQ(code_of(nothing), "query-empty") << nothing;
  EXPECT_EQ(code_of(std::string(513, 'x')), "query-too-long");
  EXPECT_EQ(code_of("a b c d e f g h i j k l m n o p q"), "query-too-many-terms");
}

TEST(Snippet, ShowsTheMatchAmongItsNeighbours) {
  const std::string text = "The quick brown fox\njumps   over the lazy dog.";
  EXPECT_EQ(shown(snippet(text, all(text, "fox"))), "The quick brown [fox] jumps over the lazy dog.");
  EXPECT_EQ(shown(mark("fox.pdf", {{0, 3}})), "[fox].pdf");
}

TEST(Snippet, IsCutBetweenWordsAndSaysSo) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "word" + std::to_string(i) + ' ';
  const std::string made = shown(snippet(text, all(text, "word100")));
  EXPECT_TRUE(made.starts_with("…word")) << made;
  EXPECT_TRUE(made.ends_with("…")) << made;
  EXPECT_TRUE(made.contains(" [word100] ")) << made;
  EXPECT_LT(made.size(), 280U);
}

TEST(Snippet, ShowsThePlaceWithTheMostMatches) {
  const std::string text = "fox " + std::string(1000, '.') + " then fox and fox and fox " + std::string(1000, '.');
  EXPECT_TRUE(shown(snippet(text, all(text, "fox"))).contains("then [fox] and [fox] and [fox]"));
}

TEST(Snippet, NeverCutsACharacter) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "漢";
  for (std::size_t at = 0; at < text.size(); at += 3) {
    for (const Fragment& fragment : snippet(text, {{at, 3}}))
      EXPECT_TRUE(fragment.text.empty() || (static_cast<unsigned char>(fragment.text[0]) & 0xC0) != 0x80) << at;
  }
}

TEST(Snippet, PassesOverMarksThatLieOutside) {
  EXPECT_EQ(shown(mark("short", {{3, 100}, {2, 1}, {1, 1}})), "sh[o]rt");
  EXPECT_TRUE(snippet("text", {}).empty());
}

TEST(WordsIn, AreThoseTheMarksTouch) {
  const std::vector<catalog::Word> words = {
      {.begin = 0, .length = 3}, {.begin = 4, .length = 5}, {.begin = 10, .length = 2}};
  EXPECT_EQ(words_in(words, {{4, 5}}), std::vector{words[1]});
  EXPECT_EQ(words_in(words, {{1, 1}, {8, 3}}), words);
  EXPECT_TRUE(words_in(words, {{3, 1}}).empty());
}

}  // namespace
}  // namespace holdall::attachment
