#pragma once
// Between rows of a query and attachments.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

/// The columns read_attachment() expects, of `attachments AS a` and `blobs AS b`.
inline constexpr const char* kAttachmentColumns =
    "a.id, a.user_id, a.blob_id, b.key, b.store, b.size, b.sha256, a.collection, a.filename, a.mime_type, a.task_id, "
    "a.record_type, a.record_id, a.role, a.position, a.metadata, a.tags, a.state, a.width, a.height, a.pages, "
    "a.created_at, a.updated_at, a.expires_at, a.version, b.text_state";

Result<Attachment> read_attachment(const Query& query);

/// Nothing when the number is no TextState.
std::optional<TextState> text_state_of(std::int64_t number);

/// What stands in attachments.tags: a JSON array, or nothing for no tags.
std::optional<std::string> encode_tags(const std::vector<std::string>& tags);
Result<std::vector<std::string>> decode_tags(std::string_view text);

}  // namespace holdall::catalog::sqlite
