#pragma once
// Blobs in a store that have no row in the catalog: what gc removes and fsck counts.
#include <cstdint>
#include <string>
#include <vector>

#include "blob/store.h"
#include "catalog/catalog.h"
#include "io/task.h"

namespace holdall::attachment {

/// Walks a store page by page, in order of keys; memory holds one page. Used by one coroutine.
class OrphanWalk {
 public:
  OrphanWalk(catalog::Catalog& catalog, blob::Store& store) : catalog_(catalog), store_(store) {}

  struct Page {
    std::uint64_t blobs = 0;
    std::vector<blob::ListedBlob> orphans;
    bool is_last = false;
  };

  /// The rows are asked for after the page was listed: an upload that commits in between is no orphan. Cancelled when
  /// the context is no longer wanted.
  io::Task<Result<Page>> next(const Context& context);

 private:
  catalog::Catalog& catalog_;
  blob::Store& store_;
  std::string cursor_;
};

/// Whether the catalog has a row for that blob now.
io::Task<Result<bool>> has_row(catalog::Catalog& catalog, std::string_view store, const std::string& key,
                               const Context& context);

/// Cancelled when the context's stop was requested: asked between steps.
Result<void> still_wanted(const Context& context);

}  // namespace holdall::attachment
