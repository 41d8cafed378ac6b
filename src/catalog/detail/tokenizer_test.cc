#include "catalog/detail/tokenizer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace holdall::catalog::detail {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> words;
  tokenize(text, [&](const Token& token) { words.emplace_back(token.text); });
  return words;
}

std::string utf8(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
}

struct Sample {
  const char* text;
  std::vector<std::string> words;
};

TEST(Tokenizer, TellsWordsFromTexts) {
  const Sample samples[] = {
      {"", {}},
      {" .,-_/\"'*()\t\n", {}},
      {"Invoice_2024-03.PDF", {"invoice", "2024", "03", "pdf"}},
      {"Éclair ÀÖÜ naïve", {"eclair", "aou", "naive"}},
      {"e\u0301te\u0301", {"ete"}},                   // combining marks
      {"ﬁnal oﬀer", {"final", "offer"}},              // ligatures
      {"Straße STRASSE", {"strasse", "strasse"}},     // full case folding
      {"Rech\u00ADnung", {"rechnung"}},               // a soft hyphen
      {"ΣΊΣΥΦΟΣ σίσυφος", {"σισυφοσ", "σισυφοσ"}},    // two small letters of one
      {"ёлка ЁЛКА", {"елка", "елка"}},                // Cyrillic
      {"１２３ ＡＢＣ", {"123", "abc"}},              // full width
      {"x² H₂O", {"x2", "h2o"}},                      //
      {"½", {"1", "2"}},                              // the stroke is no letter
      {"東京都 Tower", {"東", "京", "都", "tower"}},  // a character is a word
      {"abc東def", {"abc", "東", "def"}},
      {"データ", {"テ", "ー", "タ"}},  // the mark on a letter is dropped, that of a long vowel is a letter
      {"ﾃﾞｰﾀ", {"テ", "ー", "タ"}},    // half width
      {"한국어", {"한", "국", "어"}},  // not taken apart
      {"ภาษา", {"ภ", "า", "ษ", "า"}},
      {"a\xFF"
       "b\xC3",
       {"a", "b"}},  // no UTF-8
      {"a\xED\xA0\x80"
       "b",
       {"a", "b"}},                          // half a surrogate pair
      {"\u0301 x", {"x"}},                   // a mark on nothing
      {"😀 smile™ 100€", {"smile", "100"}},  // signs
  };
  for (const Sample& sample : samples)
    EXPECT_EQ(words(sample.text), sample.words) << sample.text;
}

TEST(Tokenizer, SaysWhereAWordStands) {
  const std::string text = "Le \u00C9te\u0301, ﬁn 東京";
  std::vector<std::string> found;
  tokenize(text, [&](const Token& token) { found.push_back(text.substr(token.begin, token.end - token.begin)); });
  EXPECT_EQ(found, (std::vector<std::string>{"Le", "\u00C9te\u0301", "ﬁn", "東", "京"}));
}

TEST(Tokenizer, KeepsTheBeginningOfAWordThatIsTooLong) {
  const std::string text = std::string(100, 'a') + " b " + std::string(63, 'a') + "éöz";
  std::vector<Token> tokens;
  std::vector<std::string> found;
  tokenize(text, [&](const Token& token) {
    tokens.push_back(token);
    found.emplace_back(token.text);
  });
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(found[0], std::string(64, 'a'));
  EXPECT_EQ(tokens[0].end, 100U);
  EXPECT_EQ(found[2], std::string(63, 'a') + "e");
  EXPECT_EQ(tokens[2].end, text.size());
  std::string wide;
  for (int i = 0; i < 40; ++i)
    wide += "я";
  EXPECT_EQ(words("a" + wide).at(0).size(), 63U) << "no half characters";
}

TEST(Tokenizer, FindsTheSameWordsInItsWords) {
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    for (const std::string& word : words("a" + utf8(c) + "b"))
      ASSERT_EQ(words(word), std::vector<std::string>{word}) << "U+" << std::hex << static_cast<std::uint32_t>(c);
  }
}

}  // namespace
}  // namespace holdall::catalog::detail
