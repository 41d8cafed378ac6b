#include "catalog/detail/marks.h"

#include <gtest/gtest.h>

namespace holdall::catalog::detail {
namespace {

std::vector<std::string> marked(const std::string& text, std::vector<SearchTerm> terms) {
  std::vector<std::string> pieces;
  for (const TextSpan& span : find_marks(text, phrases_of(terms).wanted))
    pieces.push_back(text.substr(span.begin, span.length));
  return pieces;
}

using Pieces = std::vector<std::string>;

TEST(Marks, StandWhereTheTermsStand) {
  EXPECT_EQ(marked("One two, one three.", {{.phrase = "one"}}), (Pieces{"One", "one"}));
  EXPECT_EQ(marked("One two, one three.", {{.phrase = "one three"}}), (Pieces{"one three"}));
  EXPECT_EQ(marked("One two, one three.", {{.phrase = "three"}, {.phrase = "two"}}), (Pieces{"two", "three"}));
  EXPECT_EQ(marked("Rechnungen, Rechnung", {{.phrase = "rech", .is_prefix = true}}),
            (Pieces{"Rechnungen", "Rechnung"}));
  EXPECT_EQ(marked("Rechnungen", {{.phrase = "rech"}}), Pieces{});
  EXPECT_EQ(marked("Été", {{.phrase = "ETE"}}), (Pieces{"Été"}));
  EXPECT_EQ(marked("日本の東京都は", {{.phrase = "東京"}}), (Pieces{"東京"}));
}

TEST(Marks, ThatOverlapAreOne) {
  EXPECT_EQ(marked("a b a b a", {{.phrase = "a b a"}}), (Pieces{"a b a b a"}));
  EXPECT_EQ(marked("big red dog", {{.phrase = "big red"}, {.phrase = "red dog"}, {.phrase = "red"}}),
            (Pieces{"big red dog"}));
}

TEST(Marks, AreNotMadeByExcludedTermsNorByThoseWithoutAWord) {
  EXPECT_EQ(marked("one two", {{.phrase = "one", .is_excluded = true}, {.phrase = " -*\"", .is_prefix = true}}),
            Pieces{});
}

TEST(Marks, PrefixIsThatOfTheLastWordOnly) {
  EXPECT_EQ(marked("big dogs, bigger dogs", {{.phrase = "big do", .is_prefix = true}}), (Pieces{"big dogs"}));
}

TEST(TextWords, CountsOccurrencesThatOverlapToo) {
  const std::vector<SearchTerm> terms{{.phrase = "a a"}};
  const TextWords words("a a a b");
  EXPECT_EQ(words.size(), 4U);
  EXPECT_EQ(words.count(phrases_of(terms).wanted.at(0)), 2U);
}

}  // namespace
}  // namespace holdall::catalog::detail
