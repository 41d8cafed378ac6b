#include "catalog/testing/memory_texts.h"

#include <algorithm>
#include <mutex>

#include "catalog/detail/failures.h"
#include "catalog/detail/name_text.h"
#include "catalog/detail/new_rows.h"
#include "catalog/detail/relevance.h"
#include "catalog/testing/memory_catalog.h"

namespace holdall::catalog::testing {
namespace {

using detail::Phrase;

double relevance_in(const detail::Field& field, const std::string& text, const Phrase& phrase) {
  const detail::TextWords words(text);
  return detail::relevance(field, words.count(phrase), words.size());
}

}  // namespace

void MemoryTexts::set_state(BlobId blob, TextState state) {
  catalog_.blobs_.at(blob).blob.text_state = state;
  for (auto& [id, row] : catalog_.attachments_) {
    if (row.blob.id == blob) row.blob.text_state = state;
  }
}

io::Task<Result<void>> MemoryTexts::add_pages(BlobId blob, std::vector<PageText> pages, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  for (const PageText& page : pages) {
    if (page.page < 1 || page.page > kLastPage) co_return detail::no_such_page();
  }
  if (pages.empty()) co_return Result<void>();
  const auto found = catalog_.blobs_.find(blob);
  if (found == catalog_.blobs_.end()) co_return detail::no_such_attachment();
  if (found->second.blob.text_state == TextState::None) set_state(blob, TextState::Pending);
  for (PageText& page : pages)
    pages_.insert_or_assign({blob, page.page}, std::move(page));
  co_return Result<void>();
}

io::Task<Result<void>> MemoryTexts::end_text(BlobId blob, TextOutcome outcome, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  if (!catalog_.blobs_.contains(blob)) co_return detail::no_such_attachment();
  set_state(blob, outcome.state);
  outcomes_.insert_or_assign(blob, std::move(outcome));
  co_return Result<void>();
}

io::Task<Result<void>> MemoryTexts::read_again(UserId user, AttachmentId id, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  const Attachment* row = catalog_.find_row(user, id);
  if (row == nullptr) co_return detail::no_such_attachment();
  if (row->blob.text_state == TextState::Pending) co_return Result<void>();
  set_state(row->blob.id, TextState::Pending);
  outcomes_.erase(row->blob.id);
  catalog_.queue(kReadText, detail::look_payload(*row));
  co_return Result<void>();
}

io::Task<Result<void>> MemoryTexts::clear_pages(BlobId blob, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  std::erase_if(pages_, [blob](const auto& entry) { return entry.first.first == blob; });
  co_return Result<void>();
}

io::Task<Result<std::optional<TextOutcome>>> MemoryTexts::find_text(BlobId blob, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  const auto found = outcomes_.find(blob);
  if (found == outcomes_.end()) co_return std::nullopt;
  co_return found->second;
}

io::Task<Result<std::vector<PageText>>> MemoryTexts::pages_after(BlobId blob, std::int64_t after, std::size_t limit,
                                                                 const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  std::vector<PageText> pages;
  std::size_t bytes = 0;
  for (const PageText* page : pages_of(blob)) {
    if (page->page <= after) continue;
    if (pages.size() >= limit || bytes > kPagesAtOnce) break;
    bytes += page->text.size();
    pages.push_back(*page);
  }
  co_return pages;
}

std::vector<const PageText*> MemoryTexts::pages_of(BlobId blob) const {
  std::vector<const PageText*> pages;
  for (auto at = pages_.lower_bound({blob, 0}); at != pages_.end() && at->first.first == blob; ++at)
    pages.push_back(&at->second);
  return pages;
}

double MemoryTexts::score(const Attachment& row, const Phrase& phrase) const {
  const detail::NameText names = detail::name_text(row);
  const double in_names = relevance_in(detail::kFilenameField, names.filename, phrase) +
                          relevance_in(detail::kTagsField, names.tags, phrase) +
                          relevance_in(detail::kMetadataField, names.metadata, phrase);
  double in_pages = 0;
  for (const PageText* page : pages_of(row.blob.id))
    in_pages += relevance_in(detail::kTextField, page->text, phrase);
  return in_names + in_pages;
}

std::vector<PageMatch> MemoryTexts::page_matches(BlobId blob, const std::vector<Phrase>& phrases) const {
  std::vector<std::pair<double, const PageText*>> scored;
  for (const PageText* page : pages_of(blob)) {
    double score = 0;
    for (const Phrase& phrase : phrases)
      score += relevance_in(detail::kTextField, page->text, phrase);
    if (score > 0) scored.emplace_back(score, page);
  }
  std::ranges::sort(scored, {}, [](const auto& entry) { return std::pair(-entry.first, entry.second->page); });
  if (scored.size() > kMostMatchedPages) scored.resize(kMostMatchedPages);
  std::vector<PageMatch> matches;
  for (const auto& [score, page] : scored)
    matches.push_back({.page = *page, .marks = detail::find_marks(page->text, phrases)});
  return matches;
}

std::optional<SearchHit> MemoryTexts::hit(const Attachment& row, const detail::Phrases& phrases) const {
  const detail::NameText names = detail::name_text(row);
  SearchHit hit{.attachment = row,
                .score = 0,
                .filename_marks = detail::find_marks(names.filename, phrases.wanted),
                .is_in_tags = detail::has_any(names.tags, phrases.wanted),
                .is_in_metadata = detail::has_any(names.metadata, phrases.wanted),
                .pages = page_matches(row.blob.id, phrases.wanted)};
  for (const Phrase& phrase : phrases.wanted) {
    const double part = score(row, phrase);
    if (part == 0) return std::nullopt;
    hit.score += part;
  }
  const auto is_there = [&](const Phrase& phrase) { return score(row, phrase) > 0; };
  if (std::ranges::any_of(phrases.excluded, is_there)) return std::nullopt;
  return hit;
}

io::Task<Result<SearchPage>> MemoryTexts::search(SearchQuery query, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  SearchPage page;
  const detail::Phrases phrases = detail::phrases_of(query.terms);
  if (phrases.wanted.empty()) co_return page;
  for (const auto& [id, row] : catalog_.attachments_) {
    if (!catalog_.is_there(row, query.user_id)) continue;
    if (auto found = hit(row, phrases)) page.hits.push_back(*std::move(found));
  }
  std::ranges::sort(page.hits, std::ranges::greater(),
                    [](const SearchHit& hit) { return std::pair(hit.score, hit.attachment.id); });
  page.hits.erase(page.hits.begin(),
                  page.hits.begin() + static_cast<std::ptrdiff_t>(std::min(query.offset, page.hits.size())));
  page.has_more = page.hits.size() > query.limit;
  if (page.has_more) page.hits.resize(query.limit);
  co_return page;
}

io::Task<Result<std::size_t>> MemoryTexts::index_names(std::size_t most, const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  std::size_t count = 0;
  const auto& rows = catalog_.attachments_;
  for (auto at = rows.upper_bound(counted_up_to_); at != rows.end() && count < most; ++at, ++count)
    counted_up_to_ = at->first;
  co_return count;
}

io::Task<Result<void>> MemoryTexts::rebuild_index(const Context& context) {
  std::lock_guard lock(catalog_.mutex_);
  HOLDALL_CO_TRY_VOID(catalog_.begin(context));
  co_return Result<void>();
}

void MemoryTexts::forget(const Blob& blob) {
  outcomes_.erase(blob.id);
  if (blob.text_state != TextState::None) catalog_.queue(kForgetText, detail::forget_text_payload(blob.id));
}

}  // namespace holdall::catalog::testing
