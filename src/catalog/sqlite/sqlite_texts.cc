#include "catalog/sqlite/sqlite_texts.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "catalog/detail/failures.h"
#include "catalog/sqlite/operations.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr std::size_t kNamesAtOnce = 500;  // some milliseconds of the writer
constexpr std::size_t kPagesInStep = 500;  // of empty pages too

/// How many of the pages go into one transaction: at least one.
std::size_t step_size(std::span<const PageText> pages) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < pages.size() && count < kPagesInStep && bytes < kLargestPart)
    bytes += pages[count++].text.size();
  return count;
}

bool is_page_number(const PageText& page) { return page.page >= 1 && page.page <= kLastPage; }

}  // namespace

io::Task<Result<void>> SqliteTexts::add_pages(BlobId blob, std::vector<PageText> pages, const Context& context) {
  if (!std::ranges::all_of(pages, is_page_number)) co_return detail::no_such_page();
  for (std::span<const PageText> rest = pages; !rest.empty();) {
    const auto step = rest.first(step_size(rest));
    rest = rest.subspan(step.size());
    HOLDALL_CO_TRY_VOID(co_await connections_.write(
        context, [blob, step](Database& db, Timestamp) { return sqlite::add_pages(db, blob, step); }));
  }
  co_return Result<void>();
}

io::Task<Result<void>> SqliteTexts::end_text(BlobId blob, TextOutcome outcome, const Context& context) {
  co_return co_await connections_.write(
      context, [blob, &outcome](Database& db, Timestamp now) { return sqlite::end_text(db, blob, outcome, now); });
}

io::Task<Result<void>> SqliteTexts::read_again(UserId user, AttachmentId id, const Context& context) {
  co_return co_await connections_.write(
      context, [user, id](Database& db, Timestamp now) { return sqlite::read_again(db, user, id, now); });
}

io::Task<Result<void>> SqliteTexts::clear_pages(BlobId blob, const Context& context) {
  while (true) {
    HOLDALL_CO_TRY(const bool had_pages, co_await connections_.write(context, [blob](Database& db, Timestamp) {
      return db.texts.erase_pages(blob, kLargestPart);
    }));
    if (!had_pages) co_return Result<void>();
  }
}

io::Task<Result<std::optional<TextOutcome>>> SqliteTexts::find_text(BlobId blob, const Context& context) {
  co_return co_await connections_.read_in_round(context, [blob](Database& db) { return db.texts.outcome(blob); });
}

io::Task<Result<std::vector<PageText>>> SqliteTexts::pages_after(BlobId blob, std::int64_t after, std::size_t limit,
                                                                 const Context& context) {
  co_return co_await connections_.read_elsewhere(
      context, [blob, after, limit](Database& db) { return db.texts.pages_after(blob, after, limit); });
}

io::Task<Result<SearchPage>> SqliteTexts::search(SearchQuery query, const Context& context) {
  if (connections_.takes_writes()) HOLDALL_CO_TRY_VOID(co_await index_missing_names(context));
  const Timestamp now = connections_.clock().now();
  co_return co_await connections_.read_at_once(context,
                                               [&query, now](Database& db) { return db.search.page(query, now); });
}

// Up to the attachment that is the last one now: with many uploads there is always one more.
io::Task<Result<void>> SqliteTexts::index_missing_names(const Context& context) {
  HOLDALL_CO_TRY(const AttachmentId last,
                 connections_.read_here(context, [](Database& db) { return db.attachments.last(); }));
  while (true) {
    HOLDALL_CO_TRY(const AttachmentId mark,
                   connections_.read_here(context, [](Database& db) { return db.names.mark(); }));
    if (mark >= last) co_return Result<void>();
    HOLDALL_CO_TRY_VOID(co_await index_names(kNamesAtOnce, context));
  }
}

// In steps, so that the names of a million attachments do not hold up an upload.
io::Task<Result<std::size_t>> SqliteTexts::index_names(std::size_t most, const Context& context) {
  std::size_t indexed = 0;
  while (indexed < most) {
    const std::size_t step = std::min(most - indexed, kNamesAtOnce);
    HOLDALL_CO_TRY(const std::size_t added, co_await connections_.write(context, [step](Database& db, Timestamp) {
      return sqlite::index_names(db, step);
    }));
    if (added == 0) break;
    indexed += added;
  }
  co_return indexed;
}

io::Task<Result<void>> SqliteTexts::rebuild_index(const Context& context) {
  HOLDALL_CO_TRY_VOID(co_await connections_.write(context, [](Database& db, Timestamp) -> Result<void> {
    HOLDALL_TRY_VOID(db.names.clear());
    return db.texts.rebuild_index();
  }));
  HOLDALL_CO_TRY(const std::size_t names, co_await index_names(std::numeric_limits<std::size_t>::max(), context));
  (void)names;
  co_return Result<void>();
}

}  // namespace holdall::catalog::sqlite
