#pragma once
// Finding attachments by words: what a person types, and what he gets to see of a hit.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/texts.h"

namespace holdall::attachment {

inline constexpr std::size_t kLongestQuery = 512;  ///< bytes
inline constexpr std::size_t kMostTerms = 16;

/// Words that must all be there; "words in quotes" next to each other; begin* for words that begin so; -word for one
/// that must not be there. Everything else is taken as it stands: no syntax can be wrong. InvalidArgument
/// "query-too-long", "query-too-many-terms"; "query-empty" when there is nothing to be found.
Result<std::vector<catalog::SearchTerm>> parse_query(std::string_view text);

/// A piece of a text; matched or not.
struct Fragment {
  std::string text;
  bool is_match = false;
  friend bool operator==(const Fragment&, const Fragment&) = default;
};

/// The whole of a text.
std::vector<Fragment> mark(std::string_view text, const std::vector<catalog::TextSpan>& marks);

/// Some 200 characters around the place with the most matches, from word to word, in one line; with an ellipsis where
/// something was left out.
std::vector<Fragment> snippet(std::string_view text, const std::vector<catalog::TextSpan>& marks);

/// The words of the page that lie in the marks, in their order.
std::vector<catalog::Word> words_in(const std::vector<catalog::Word>& words,
                                    const std::vector<catalog::TextSpan>& marks);

}  // namespace holdall::attachment
