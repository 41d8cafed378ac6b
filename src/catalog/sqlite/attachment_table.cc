#include "catalog/sqlite/attachment_table.h"

#include <string>

#include "catalog/detail/failures.h"
#include "catalog/sqlite/attachment_row.h"

namespace holdall::catalog::sqlite {
namespace {

std::string select_attachments(const char* rest) {
  return std::string("SELECT ") + kAttachmentColumns + " FROM attachments AS a JOIN blobs AS b ON b.id = a.blob_id " +
         rest;
}

/// The columns of an optional part of the row, absent together.
struct RecordColumns {
  explicit RecordColumns(const std::optional<RecordLink>& record) {
    if (!record) return;
    type = record->type;
    id = record->id;
    role = record->role;
    position = record->position;
  }
  std::optional<std::string_view> type, id, role;
  std::optional<std::int64_t> position;
};

std::optional<std::string_view> metadata_column(const Attachment& row) {
  if (row.metadata == "{}") return std::nullopt;
  return row.metadata;
}

Result<std::vector<Attachment>> read_all(Query& query) {
  std::vector<Attachment> rows;
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return rows;
    HOLDALL_TRY(Attachment row, read_attachment(query));
    rows.push_back(std::move(row));
  }
}

std::int64_t size_column(const Attachment& row) { return static_cast<std::int64_t>(row.blob.size); }

}  // namespace

AttachmentTable::AttachmentTable(Connection& connection)
    : connection_(connection),
      find_(select_attachments("WHERE a.id = ? AND a.user_id = ? AND (a.expires_at IS NULL OR a.expires_at > ?)")),
      expired_(select_attachments("WHERE a.expires_at <= ? ORDER BY a.expires_at, a.id LIMIT ?")),
      after_(select_attachments("WHERE a.id > ? ORDER BY a.id LIMIT ?")) {}

Result<std::optional<Attachment>> AttachmentTable::find(UserId user, AttachmentId id, Timestamp now) {
  Query query(connection_, find_, id, user, now);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  return read_attachment(query);
}

Result<void> AttachmentTable::insert(Attachment& row) {
  HOLDALL_TRY_VOID(insert_blob(row));
  const RecordColumns record(row.record);
  const std::optional<std::string> tags = encode_tags(row.tags);
  HOLDALL_TRY_VOID(Query(connection_, insert_, row.user_id, row.blob.id, row.collection, row.filename, row.mime_type,
                         row.task_id, record.type, record.id, record.role, record.position, metadata_column(row), tags,
                         static_cast<int>(row.state), row.width, row.height, row.pages, row.created_at, row.updated_at,
                         row.expires_at, row.version)
                       .run());
  row.id.value = connection_.last_insert_id();
  return insert_tags(row);
}

Result<void> AttachmentTable::insert_blob(Attachment& row) {
  const Blob& blob = row.blob;
  HOLDALL_TRY_VOID(Query(connection_, insert_blob_, row.user_id, blob.store, blob.key, size_column(row), blob.sha256,
                         row.created_at, static_cast<int>(blob.text_state))
                       .run());
  if (connection_.changes() == 0) return share_blob(row);
  row.blob.id.value = connection_.last_insert_id();
  return {};
}

Result<void> AttachmentTable::share_blob(Attachment& row) {
  const Blob& blob = row.blob;
  Query query(connection_, find_blob_, blob.key, row.user_id, blob.store, size_column(row), blob.sha256);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return detail::key_taken(blob.key);
  row.blob.id.value = query.integer(0);
  row.blob.text_state = text_state_of(query.integer(1)).value_or(TextState::None);
  return {};
}

Result<void> AttachmentTable::insert_tags(const Attachment& row) {
  for (const std::string& tag : row.tags) {
    HOLDALL_TRY_VOID(Query(connection_, insert_tag_, row.user_id, tag, row.created_at, row.id).run());
  }
  return {};
}

Result<void> AttachmentTable::erase_tags(const Attachment& row) {
  for (const std::string& tag : row.tags) {
    HOLDALL_TRY_VOID(Query(connection_, erase_tag_, row.user_id, tag, row.created_at, row.id).run());
  }
  return {};
}

Result<void> AttachmentTable::update(const Attachment& before, const Attachment& after) {
  const RecordColumns record(after.record);
  const std::optional<std::string> tags = encode_tags(after.tags);
  HOLDALL_TRY_VOID(Query(connection_, update_, after.filename, after.task_id, record.type, record.id, record.role,
                         record.position, metadata_column(after), tags, after.updated_at, after.expires_at,
                         after.version, after.id)
                       .run());
  if (before.tags == after.tags) return {};
  HOLDALL_TRY_VOID(erase_tags(before));
  return insert_tags(after);
}

Result<void> AttachmentTable::set_shape(BlobId blob, const Shape& shape) {
  return Query(connection_, set_shape_, shape.width, shape.height, shape.pages, blob).run();
}

Result<bool> AttachmentTable::erase(const Attachment& row) {
  HOLDALL_TRY_VOID(erase_tags(row));
  HOLDALL_TRY_VOID(Query(connection_, erase_, row.id).run());
  HOLDALL_TRY_VOID(Query(connection_, erase_blob_, row.blob.id).run());
  return connection_.changes() == 1;
}

Result<std::vector<AttachmentId>> AttachmentTable::of_blob(UserId user, BlobId blob, Timestamp now) {
  std::vector<AttachmentId> ids;
  Query query(connection_, of_blob_, blob, user, now);
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return ids;
    ids.push_back(AttachmentId{query.integer(0)});
  }
}

Result<std::vector<Attachment>> AttachmentTable::after(AttachmentId after, std::size_t limit) {
  Query query(connection_, after_, after, static_cast<std::int64_t>(limit));
  return read_all(query);
}

Result<AttachmentId> AttachmentTable::last() {
  Query query(connection_, last_);
  HOLDALL_TRY(const bool found, query.next());
  return AttachmentId{found ? query.integer(0) : 0};
}

Result<std::vector<Attachment>> AttachmentTable::expired(Timestamp now, std::size_t limit) {
  Query query(connection_, expired_, now, static_cast<std::int64_t>(limit));
  return read_all(query);
}

}  // namespace holdall::catalog::sqlite
