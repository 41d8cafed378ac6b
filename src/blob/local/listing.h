#pragma once
// Walks the folder of blobs in the order of keys. Blocking.
#include <string>

#include "blob/local/medium.h"
#include "blob/local/recent_blobs.h"
#include "blob/store.h"

namespace holdall::blob::local {

/// A page as Store::list() gives it: files and what is still in memory, woven together.
Result<ListPage> list_page(const Medium& medium, const RecentBlobs& recent, const std::string& prefix,
                           const std::string& cursor, std::size_t limit);

/// The files alone: keys behind `cursor` that begin with `prefix`, at most `limit`, in ascending order. What is no
/// plain file with a valid key is passed over.
Result<std::vector<ListedBlob>> list_files(const Medium& medium, const std::string& prefix, const std::string& cursor,
                                           std::size_t limit);

}  // namespace holdall::blob::local
