#pragma once
// What the words of a text are, the same wherever texts are compared: in the index, in queries, in marks.
//
// A word is a run of letters and digits (Unicode's general categories L, N and Co). Each character is taken apart by
// its compatibility decomposition (UAX #15; not the syllables of Hangul), combining marks are dropped, the rest is
// folded (full case folding): "É" is "e", the ligature "ﬁ" is "fi", "ß" is "ss". Of scripts that put no space between
// words each character is a word. What is not seen at all (soft hyphens, joiners) neither ends a word nor belongs to
// it.
//
// The words of a word are itself: whatever gets a word tokenizes it again with the same outcome.
#include <cstddef>
#include <functional>
#include <string_view>

namespace holdall::catalog::detail {

/// A longer run is one word, of which these first bytes are kept: no word of a language is that long.
inline constexpr std::size_t kLongestToken = 64;

struct Token {
  std::string_view text;  ///< UTF-8, until the sink returns
  std::size_t begin = 0;  ///< where it stands in the text, in bytes
  std::size_t end = 0;
};

using TokenSink = std::function<void(const Token&)>;

/// Gives the words to `sink` in their order. Bytes that are no UTF-8 stand between words.
void tokenize(std::string_view utf8, const TokenSink& sink);

}  // namespace holdall::catalog::detail
