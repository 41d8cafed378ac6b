#include "catalog/sqlite/text_table.h"

#include <algorithm>

#include "base/encoding.h"
#include "catalog/detail/word_records.h"
#include "catalog/sqlite/attachment_row.h"
#include "catalog/sqlite/page_id.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr std::int64_t kMostPagesErasedAtOnce = 500;  // of empty pages too, so that a step stays short

Failure damaged(const char* what) {
  return fail(ErrorKind::Corrupt, {}, "The catalog is damaged; the operator has to look at it.", what);
}

Result<PageText> read_page(const Query& query) {
  const std::int64_t source = query.integer(1);
  if (source != static_cast<int>(TextSource::Embedded) && source != static_cast<int>(TextSource::Ocr))
    return damaged("a page with a bad source");
  PageText page{.page = query.integer(0), .source = static_cast<TextSource>(source), .text = query.text(3)};
  if (!query.is_null(2)) page.confidence = static_cast<std::uint8_t>(query.integer(2));
  HOLDALL_TRY(page.words, detail::decode_words(query.bytes_view(4), page.text.size()));
  return page;
}

std::optional<std::int64_t> confidence_column(const PageText& page) {
  if (!page.confidence) return std::nullopt;
  return *page.confidence;
}

}  // namespace

Result<bool> TextTable::set_state(BlobId blob, TextState state) {
  HOLDALL_TRY_VOID(Query(connection_, set_state_, static_cast<int>(state), blob).run());
  return connection_.changes() > 0;
}

Result<void> TextTable::await_text(BlobId blob) { return Query(connection_, await_text_, blob).run(); }

Result<bool> TextTable::put_page(BlobId blob, const PageText& page) {
  const std::int64_t id = page_id(blob, page.page);
  HOLDALL_TRY_VOID(erase_page(id));
  const std::string words = detail::encode_words(page.words);
  HOLDALL_TRY_VOID(Query(connection_, insert_page_, blob, id, static_cast<int>(page.source), confidence_column(page),
                         page.text, as_bytes(words))
                       .run());
  if (connection_.changes() == 0) return false;
  HOLDALL_TRY_VOID(Query(connection_, index_page_, id).run());
  return true;
}

Result<std::vector<PageText>> TextTable::pages_after(BlobId blob, std::int64_t after, std::size_t limit) {
  const std::int64_t first = std::clamp<std::int64_t>(after, 0, kLastPage);
  Query query(connection_, pages_, page_id(blob, first), page_id(blob, kLastPage), static_cast<std::int64_t>(limit));
  std::vector<PageText> pages;
  for (std::size_t bytes = 0; bytes <= kPagesAtOnce; bytes += pages.back().text.size()) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) break;
    HOLDALL_TRY(PageText page, read_page(query));
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<std::optional<PageText>> TextTable::page(std::int64_t id) {
  Query query(connection_, page_, id);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  return read_page(query);
}

Result<bool> TextTable::erase_pages(BlobId blob, std::size_t bytes) {
  HOLDALL_TRY(const std::vector<std::int64_t> ids, first_pages(blob, bytes));
  for (const std::int64_t id : ids)
    HOLDALL_TRY_VOID(erase_page(id));
  return !ids.empty();
}

Result<std::vector<std::int64_t>> TextTable::first_pages(BlobId blob, std::size_t bytes) {
  Query query(connection_, first_pages_, page_id(blob, 0), page_id(blob, kLastPage), kMostPagesErasedAtOnce);
  std::vector<std::int64_t> ids;
  for (std::size_t found_bytes = 0; found_bytes < bytes;) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) break;
    ids.push_back(query.integer(0));
    found_bytes += query.text_view(1).size();
  }
  return ids;
}

// The index first: it has to be told what the page was.
Result<void> TextTable::erase_page(std::int64_t id) {
  {
    Query query(connection_, has_page_, id);
    HOLDALL_TRY(const bool is_there, query.next());
    if (!is_there) return {};
  }
  HOLDALL_TRY_VOID(Query(connection_, unindex_page_, id).run());
  return Query(connection_, erase_page_, id).run();
}

Result<void> TextTable::put_outcome(BlobId blob, const TextOutcome& outcome, Timestamp now) {
  return Query(connection_, put_outcome_, blob, static_cast<int>(outcome.state), outcome.failure, outcome.language,
               outcome.is_truncated ? 1 : 0, now)
      .run();
}

Result<std::optional<TextOutcome>> TextTable::outcome(BlobId blob) {
  Query query(connection_, find_outcome_, blob);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  const auto state = text_state_of(query.integer(0));
  if (!state) return damaged("a text with a bad state");
  return TextOutcome{
      .state = *state, .failure = query.text(1), .language = query.text(2), .is_truncated = query.integer(3) != 0};
}

Result<void> TextTable::erase_outcome(BlobId blob) { return Query(connection_, erase_outcome_, blob).run(); }

Result<void> TextTable::rebuild_index() { return Query(connection_, rebuild_).run(); }

}  // namespace holdall::catalog::sqlite
