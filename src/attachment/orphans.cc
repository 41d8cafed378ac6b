#include "attachment/orphans.h"

#include <algorithm>
#include <utility>

namespace holdall::attachment {
namespace {

constexpr std::size_t kPageSize = 500;

}  // namespace

io::Task<Result<OrphanWalk::Page>> OrphanWalk::next(const Context& context) {
  HOLDALL_CO_TRY_VOID(still_wanted(context));
  HOLDALL_CO_TRY(blob::ListPage listed, co_await store_.list("", cursor_, kPageSize, context));
  cursor_ = listed.next;
  Page page{.blobs = listed.blobs.size(), .orphans = {}, .is_last = listed.next.empty()};
  if (listed.blobs.empty()) co_return page;

  std::vector<std::string> keys;
  keys.reserve(listed.blobs.size());
  for (const blob::ListedBlob& blob : listed.blobs)
    keys.push_back(blob.key.text());
  HOLDALL_CO_TRY(std::vector<std::string> known,
                 co_await catalog_.known_keys(std::string(store_.name()), std::move(keys), context));
  std::ranges::sort(known);
  for (blob::ListedBlob& blob : listed.blobs) {
    if (!std::ranges::binary_search(known, blob.key.text())) page.orphans.push_back(std::move(blob));
  }
  co_return page;
}

io::Task<Result<bool>> has_row(catalog::Catalog& catalog, std::string_view store, const std::string& key,
                               const Context& context) {
  std::vector<std::string> keys{key};
  HOLDALL_CO_TRY(std::vector<std::string> known,
                 co_await catalog.known_keys(std::string(store), std::move(keys), context));
  co_return !known.empty();
}

Result<void> still_wanted(const Context& context) {
  if (!context.stop.stop_requested()) return {};
  return fail(ErrorKind::Cancelled, "cancelled", "The work was stopped before its end.");
}

}  // namespace holdall::attachment
