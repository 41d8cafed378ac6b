#include "attachment/search.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using catalog::SearchTerm;
using catalog::TextSpan;

constexpr std::string_view kSpaces = " \t\n";
constexpr std::string_view kEllipsis = "…";
// Around the first of the matches that are shown, and in all.
constexpr std::size_t kBefore = 60;
constexpr std::size_t kWhole = 240;

class QueryReader {
 public:
  explicit QueryReader(std::string_view text) : rest_(text) {}

  /// Nothing at the end.
  std::optional<SearchTerm> next() {
    while (true) {
      const std::size_t begin = rest_.find_first_not_of(kSpaces);
      if (begin == std::string_view::npos) return std::nullopt;
      rest_.remove_prefix(begin);
      SearchTerm term{.phrase = {}};
      term.is_excluded = rest_.starts_with('-') && take(1).size() == 1;
      term.phrase = rest_.starts_with('"') ? quoted() : std::string(word());
      term.is_prefix = rest_.starts_with('*') && take(1).size() == 1;
      if (term.phrase.ends_with('*')) {
        term.phrase.resize(term.phrase.find_last_not_of('*') + 1);
        term.is_prefix = true;
      }
      if (!trim(term.phrase).empty()) return term;
    }
  }

 private:
  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // A quotation that does not end goes to the end.
  std::string quoted() {
    take(1);
    const std::string phrase(take(std::min(rest_.find('"'), rest_.size())));
    take(1);
    return phrase;
  }

  std::string_view word() { return take(std::min(rest_.find_first_of(" \t\n\""), rest_.size())); }

  std::string_view rest_;
};

Failure refuse(std::string code, std::string sentence) {
  return fail(ErrorKind::InvalidArgument, std::move(code), std::move(sentence));
}

// One line, whatever the text looks like on its page.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = kSpaces.contains(c);
    if (is_space && line.ends_with(' ')) continue;
    line += is_space ? ' ' : c;
  }
  return line;
}

// The first of those marks that have the most others near behind them.
std::size_t densest(const std::vector<TextSpan>& marks) {
  std::size_t best = 0, most = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    std::size_t near = 0;
    while (i + near < marks.size() && marks[i + near].begin < marks[i].begin + kWhole - kBefore)
      ++near;
    if (near > most) best = i, most = near;
  }
  return best;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t start_of_word(std::string_view text, std::size_t wanted, std::size_t latest) {
  const std::size_t space = text.find_first_of(kSpaces, wanted);
  if (space < latest) return space + 1;
  while (wanted > 0 && is_continuation(text[wanted]))
    --wanted;
  return wanted;
}

std::size_t end_of_word(std::string_view text, std::size_t wanted, std::size_t earliest) {
  if (wanted >= text.size()) return text.size();
  const std::size_t space = text.find_last_of(kSpaces, wanted);
  if (space != std::string_view::npos && space > earliest) return space;
  while (wanted > earliest && is_continuation(text[wanted]))
    --wanted;
  return wanted;
}

}  // namespace

Result<std::vector<SearchTerm>> parse_query(std::string_view text) {
  if (text.size() > kLongestQuery) return refuse("query-too-long", "Search for at most 512 bytes at a time.");
  std::vector<SearchTerm> terms;
  QueryReader reader(text);
  while (auto term = reader.next())
    terms.push_back(*std::move(term));
  if (terms.size() > kMostTerms) return refuse("query-too-many-terms", "Search for at most 16 words at a time.");
  if (std::ranges::all_of(terms, &SearchTerm::is_excluded))
    return refuse("query-empty", "Say at least one word that is to be found.");
  return terms;
}

std::vector<Fragment> mark(std::string_view text, const std::vector<TextSpan>& marks) {
  std::vector<Fragment> fragments;
  const auto add = [&](std::string_view piece, bool is_match) {
    if (!piece.empty()) fragments.push_back({std::string(piece), is_match});
  };
  std::size_t at = 0;
  for (const TextSpan& span : marks) {
    if (span.begin < at || span.begin + span.length > text.size()) continue;
    add(text.substr(at, span.begin - at), false);
    add(text.substr(span.begin, span.length), true);
    at = span.begin + span.length;
  }
  add(text.substr(at), false);
  return fragments;
}

std::vector<Fragment> snippet(std::string_view text, const std::vector<TextSpan>& marks) {
  if (marks.empty()) return {};
  const TextSpan& first = marks[densest(marks)];
  const std::size_t begin = first.begin <= kBefore ? 0 : start_of_word(text, first.begin - kBefore, first.begin);
  const std::size_t end = end_of_word(text, begin + kWhole, std::min(first.begin + first.length, text.size()));
  std::vector<TextSpan> inside;
  for (const TextSpan& span : marks) {
    if (span.begin >= begin && span.begin + span.length <= end) inside.push_back({span.begin - begin, span.length});
  }
  std::vector<Fragment> fragments = mark(text.substr(begin, end - begin), inside);
  for (Fragment& fragment : fragments)
    fragment.text = in_one_line(fragment.text);
  if (begin > 0) fragments.insert(fragments.begin(), {std::string(kEllipsis), false});
  if (end < text.size()) fragments.push_back({std::string(kEllipsis), false});
  return fragments;
}

std::vector<catalog::Word> words_in(const std::vector<catalog::Word>& words, const std::vector<TextSpan>& marks) {
  std::vector<catalog::Word> found;
  auto word = words.begin();
  for (const TextSpan& span : marks) {
    const std::size_t end = span.begin + span.length;
    while (word != words.end() && word->begin + word->length <= span.begin)
      ++word;
    for (; word != words.end() && word->begin < end; ++word)
      found.push_back(*word);
  }
  return found;
}

}  // namespace holdall::attachment
