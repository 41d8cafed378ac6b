#pragma once
// The errors every store answers in the same words (kinds: the contract in blob/store.h).
#include <string>
#include <string_view>

#include "base/error.h"
#include "blob/key.h"

namespace holdall::blob {

Error no_such_blob(const Key& key);
Error blob_exists(const Key& key);
Error range_beyond_end(const Key& key, std::uint64_t size);
Error writer_spent();
Error invalid_page(std::string internal);

/// The medium has no room left, or the reserve would be touched.
Error store_full(std::string internal);
/// The medium has failed before: nothing is written until the store is opened again.
Error store_read_only(std::string_view reason);
/// Bytes on the medium are not what was written.
Error blob_corrupt(const Key& key, std::string internal);

}  // namespace holdall::blob
