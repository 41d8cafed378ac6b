#pragma once
// Terms of a search as words, and where they stand in a text.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/texts.h"

namespace holdall::catalog::detail {

/// A SearchTerm, tokenized: these words next to each other, of the last one perhaps only the beginning.
struct Phrase {
  std::vector<std::string> words;  ///< at least one
  bool is_prefix = false;
};

/// A query as it is carried out: terms without a word are left out.
struct Phrases {
  std::vector<Phrase> wanted;
  std::vector<Phrase> excluded;
};

Phrases phrases_of(std::span<const SearchTerm> terms);

/// A text taken apart once, to look for several phrases.
class TextWords {
 public:
  explicit TextWords(std::string_view text);

  std::size_t size() const { return words_.size(); }
  /// How often it stands there; occurrences may overlap.
  std::size_t count(const Phrase& phrase) const;
  /// Where they stand: ascending; what overlaps is one span.
  std::vector<TextSpan> marks(std::span<const Phrase> phrases) const;

 private:
  struct PlacedWord {
    std::string text;
    std::size_t begin, end;
  };
  bool stands_at(const Phrase& phrase, std::size_t first) const;

  std::vector<PlacedWord> words_;
};

std::vector<TextSpan> find_marks(std::string_view text, std::span<const Phrase> phrases);
bool has_any(std::string_view text, std::span<const Phrase> phrases);

}  // namespace holdall::catalog::detail
