#pragma once
// The id of a page's text: its blob and its number in one, so that pages of a blob are a range of ids.
#include <cstdint>

#include "base/ids.h"
#include "catalog/texts.h"

namespace holdall::catalog::sqlite {

inline constexpr int kPageBits = 20;
static_assert(kLastPage == (1 << kPageBits) - 1, "the schema has room for so many pages");

constexpr std::int64_t page_id(BlobId blob, std::int64_t page) { return (blob.value << kPageBits) | page; }
constexpr BlobId blob_of_page(std::int64_t id) { return BlobId{id >> kPageBits}; }

}  // namespace holdall::catalog::sqlite
