#pragma once
// The opaque `cursor` of a listing: where the last page ended, and for which order it holds.
#include <optional>
#include <string>
#include <string_view>

#include "catalog/rows.h"

namespace holdall::api {

/// URL-safe text; says nothing a client may rely on.
std::string encode_cursor(const catalog::Sort& sort, const catalog::PagePosition& position);

/// Nothing for what encode_cursor did not make, or made for another sort. Holds no rights: the query it continues names
/// its owner itself.
std::optional<catalog::PagePosition> decode_cursor(std::string_view text, const catalog::Sort& sort);

/// The position of a row under a sort.
catalog::PagePosition position_of(const catalog::Attachment& row, const catalog::Sort& sort);

}  // namespace holdall::api
