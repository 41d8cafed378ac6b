#include "catalog/detail/marks.h"

#include <algorithm>
#include <utility>

#include "catalog/detail/tokenizer.h"

namespace holdall::catalog::detail {
namespace {

std::vector<TextSpan> without_overlaps(std::vector<TextSpan> spans) {
  std::ranges::sort(spans, {}, &TextSpan::begin);
  std::vector<TextSpan> apart;
  for (const TextSpan& span : spans) {
    if (apart.empty() || span.begin >= apart.back().begin + apart.back().length) {
      apart.push_back(span);
      continue;
    }
    TextSpan& last = apart.back();
    last.length = std::max(last.length, span.begin + span.length - last.begin);
  }
  return apart;
}

}  // namespace

Phrases phrases_of(std::span<const SearchTerm> terms) {
  Phrases phrases;
  for (const SearchTerm& term : terms) {
    Phrase phrase{.words = {}, .is_prefix = term.is_prefix};
    tokenize(term.phrase, [&phrase](const Token& token) { phrase.words.emplace_back(token.text); });
    if (phrase.words.empty()) continue;
    (term.is_excluded ? phrases.excluded : phrases.wanted).push_back(std::move(phrase));
  }
  return phrases;
}

TextWords::TextWords(std::string_view text) {
  tokenize(text, [this](const Token& token) {
    words_.push_back({.text = std::string(token.text), .begin = token.begin, .end = token.end});
  });
}

bool TextWords::stands_at(const Phrase& phrase, std::size_t first) const {
  const std::size_t last = phrase.words.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const std::string& word = words_[first + i].text;
    const std::string& wanted = phrase.words[i];
    const bool fits = i == last && phrase.is_prefix ? word.starts_with(wanted) : word == wanted;
    if (!fits) return false;
  }
  return true;
}

std::size_t TextWords::count(const Phrase& phrase) const {
  std::size_t count = 0;
  for (std::size_t first = 0; first + phrase.words.size() <= words_.size(); ++first) {
    if (stands_at(phrase, first)) ++count;
  }
  return count;
}

std::vector<TextSpan> TextWords::marks(std::span<const Phrase> phrases) const {
  std::vector<TextSpan> spans;
  for (const Phrase& phrase : phrases) {
    for (std::size_t first = 0; first + phrase.words.size() <= words_.size(); ++first) {
      if (!stands_at(phrase, first)) continue;
      const std::size_t begin = words_[first].begin;
      spans.push_back({.begin = begin, .length = words_[first + phrase.words.size() - 1].end - begin});
    }
  }
  return without_overlaps(std::move(spans));
}

std::vector<TextSpan> find_marks(std::string_view text, std::span<const Phrase> phrases) {
  return TextWords(text).marks(phrases);
}

bool has_any(std::string_view text, std::span<const Phrase> phrases) {
  const TextWords words(text);
  return std::ranges::any_of(phrases, [&words](const Phrase& phrase) { return words.count(phrase) > 0; });
}

}  // namespace holdall::catalog::detail
