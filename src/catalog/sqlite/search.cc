#include "catalog/sqlite/search.h"

#include <algorithm>
#include <span>
#include <utility>

#include "catalog/detail/name_text.h"
#include "catalog/sqlite/database.h"
#include "catalog/sqlite/page_id.h"

namespace holdall::catalog::sqlite {
namespace {

using detail::Phrase;
using detail::Phrases;

struct Ranked {
  AttachmentId id;
  double score = 0;
};

/// The best score first, of equal ones the youngest attachment.
bool ranks_before(const Ranked& a, const Ranked& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.id > b.id;
}

std::vector<Ranked> ranked(const std::map<AttachmentId, double>& scores, std::size_t count) {
  std::vector<Ranked> all;
  all.reserve(scores.size());
  for (const auto& [id, score] : scores)
    all.push_back({.id = id, .score = score});
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(all.begin(), end, all.end(), ranks_before);
  all.erase(end, all.end());
  return all;
}

}  // namespace

std::string match_text(UserId owner, const Phrase& phrase) {
  std::string text = '"' + std::to_string(owner.value) + '\n';
  for (const std::string& word : phrase.words)
    text += word + ' ';
  text.back() = '"';
  if (phrase.is_prefix) text += " *";
  return text;
}

Result<void> Search::add_names(const SearchQuery& query, const Phrase& phrase, Timestamp now, Scores& scores) {
  const std::string text = match_text(query.user_id, phrase);
  Query rows(db_.connection, names_, text, query.user_id, now);
  while (true) {
    HOLDALL_TRY(const bool found, rows.next());
    if (!found) return {};
    scores[AttachmentId{rows.integer(0)}] += rows.real(1);
  }
}

Result<std::vector<Search::ScoredPage>> Search::find_pages(UserId owner, const Phrase& phrase) {
  const std::string text = match_text(owner, phrase);
  Query rows(db_.connection, pages_, text);
  std::vector<ScoredPage> pages;
  while (true) {
    HOLDALL_TRY(const bool found, rows.next());
    if (!found) return pages;
    pages.push_back({.id = rows.integer(0), .score = rows.real(1)});
  }
}

/// Each attachment of a blob gets what all matching pages of the blob are worth.
Result<void> Search::add_pages(UserId owner, const std::vector<ScoredPage>& pages, Timestamp now, Scores& scores) {
  for (std::size_t i = 0; i < pages.size();) {
    const BlobId blob = blob_of_page(pages[i].id);
    double score = 0;
    for (; i < pages.size() && blob_of_page(pages[i].id) == blob; ++i)
      score += pages[i].score;
    HOLDALL_TRY(const auto ids, db_.attachments.of_blob(owner, blob, now));
    for (const AttachmentId id : ids)
      scores[id] += score;
  }
  return {};
}

Result<Search::Matches> Search::matches(const SearchQuery& query, const Phrase& phrase, Timestamp now) {
  Matches matches;
  HOLDALL_TRY_VOID(add_names(query, phrase, now, matches.attachments));
  HOLDALL_TRY(matches.pages, find_pages(query.user_id, phrase));
  HOLDALL_TRY_VOID(add_pages(query.user_id, matches.pages, now, matches.attachments));
  return matches;
}

/// Those that every term has found, with the sum of what each says.
Search::Scores Search::in_all(const std::vector<Matches>& found) {
  Scores common = found.front().attachments;
  for (const Matches& matches : std::span(found).subspan(1)) {
    std::erase_if(common, [&matches](const auto& entry) { return !matches.attachments.contains(entry.first); });
    for (auto& [id, score] : common)
      score += matches.attachments.at(id);
  }
  return common;
}

Result<std::vector<PageMatch>> Search::page_matches(BlobId blob, const std::vector<Matches>& found,
                                                    const Phrases& phrases) {
  std::map<std::int64_t, double> scores;
  for (const Matches& matches : found) {
    auto at = std::ranges::lower_bound(matches.pages, page_id(blob, 0), {}, &ScoredPage::id);
    for (; at != matches.pages.end() && blob_of_page(at->id) == blob; ++at)
      scores[at->id] += at->score;
  }
  std::vector<ScoredPage> best;
  for (const auto& [id, score] : scores)
    best.push_back({.id = id, .score = score});
  // The best score first, of equal ones the first page.
  std::ranges::sort(best, {}, [](const ScoredPage& page) { return std::pair(-page.score, page.id); });
  if (best.size() > kMostMatchedPages) best.resize(kMostMatchedPages);
  std::vector<PageMatch> pages;
  for (const ScoredPage& scored : best) {
    HOLDALL_TRY(auto page, db_.texts.page(scored.id));
    if (!page) continue;
    std::vector<TextSpan> marks = detail::find_marks(page->text, phrases.wanted);
    pages.push_back({.page = *std::move(page), .marks = std::move(marks)});
  }
  return pages;
}

Result<std::optional<SearchHit>> Search::hit(UserId owner, AttachmentId id, const std::vector<Matches>& found,
                                             const Phrases& phrases, Timestamp now) {
  HOLDALL_TRY(auto row, db_.attachments.find(owner, id, now));
  if (!row) return std::nullopt;
  const detail::NameText names = detail::name_text(*row);
  SearchHit hit{.attachment = *std::move(row),
                .score = 0,
                .filename_marks = detail::find_marks(names.filename, phrases.wanted),
                .is_in_tags = detail::has_any(names.tags, phrases.wanted),
                .is_in_metadata = detail::has_any(names.metadata, phrases.wanted),
                .pages = {}};
  HOLDALL_TRY(hit.pages, page_matches(hit.attachment.blob.id, found, phrases));
  return hit;
}

Result<void> Search::drop_excluded(const SearchQuery& query, const Phrases& phrases, Timestamp now, Scores& scores) {
  for (const Phrase& phrase : phrases.excluded) {
    if (scores.empty()) break;
    HOLDALL_TRY(const Matches unwanted, matches(query, phrase, now));
    for (const auto& [id, score] : unwanted.attachments)
      scores.erase(id);
  }
  return {};
}

Result<SearchPage> Search::page(const SearchQuery& query, Timestamp now) {
  const Phrases phrases = detail::phrases_of(query.terms);
  SearchPage page;
  if (phrases.wanted.empty()) return page;
  std::vector<Matches> found;
  for (const Phrase& phrase : phrases.wanted) {
    HOLDALL_TRY(Matches matching, matches(query, phrase, now));
    if (matching.attachments.empty()) return page;
    found.push_back(std::move(matching));
  }
  Scores scores = in_all(found);
  HOLDALL_TRY_VOID(drop_excluded(query, phrases, now, scores));
  const std::size_t first = std::min(query.offset, scores.size());
  const std::size_t last = first + std::min(query.limit, scores.size() - first);
  page.has_more = last < scores.size();
  const std::vector<Ranked> best = ranked(scores, last);
  for (const Ranked& one : std::span(best).subspan(first)) {
    HOLDALL_TRY(auto made, hit(query.user_id, one.id, found, phrases, now));
    if (!made) continue;
    made->score = one.score;
    page.hits.push_back(*std::move(made));
  }
  return page;
}

}  // namespace holdall::catalog::sqlite
