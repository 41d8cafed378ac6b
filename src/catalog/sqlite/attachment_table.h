#pragma once
// Attachments, the blobs they point to and the tags they are listed by: rows in, rows out, no rules.
#include <optional>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

class AttachmentTable {
 public:
  explicit AttachmentTable(Connection& connection);

  /// Nothing when it is another's, expired, or not there.
  Result<std::optional<Attachment>> find(UserId user, AttachmentId id, Timestamp now);
  /// Makes the blob unless its key has a row already, then the attachment and its tags; fills in both ids. Conflict
  /// when the key's row is another's or has other bytes.
  Result<void> insert(Attachment& row);
  /// Writes what a PATCH may change; `before` is the row as it stands.
  Result<void> update(const Attachment& before, const Attachment& after);
  /// On all attachments of the blob.
  Result<void> set_shape(BlobId blob, const Shape& shape);
  /// Removes the attachment and its tags, and its blob when nothing else points there: then true.
  Result<bool> erase(const Attachment& row);
  /// Those of the blob's attachments that are the user's and not expired, ascending.
  Result<std::vector<AttachmentId>> of_blob(UserId user, BlobId blob, Timestamp now);
  /// Of anyone, expired or not, with an id above `after`, ascending.
  Result<std::vector<Attachment>> after(AttachmentId after, std::size_t limit);
  /// Zero when there are none.
  Result<AttachmentId> last();
  /// Of anyone, the longest expired first.
  Result<std::vector<Attachment>> expired(Timestamp now, std::size_t limit);

 private:
  Result<void> insert_blob(Attachment& row);
  Result<void> share_blob(Attachment& row);
  Result<void> insert_tags(const Attachment& row);
  Result<void> erase_tags(const Attachment& row);

  Connection& connection_;
  Statement find_;
  Statement expired_;
  Statement after_;
  Statement last_{"SELECT coalesce(max(id), 0) FROM attachments"};
  Statement of_blob_{
      "SELECT id FROM attachments WHERE blob_id = ? AND user_id = ? AND (expires_at IS NULL OR expires_at > ?) "
      "ORDER BY id"};
  Statement insert_blob_{
      "INSERT INTO blobs (user_id, store, key, size, sha256, created_at, text_state) VALUES (?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (key) DO NOTHING"};
  Statement find_blob_{
      "SELECT id, text_state FROM blobs WHERE key = ? AND user_id = ? AND store = ? AND size = ? AND sha256 = ?"};
  Statement insert_{
      "INSERT INTO attachments (user_id, blob_id, collection, filename, mime_type, task_id, record_type, record_id, "
      "role, position, metadata, tags, state, width, height, pages, created_at, updated_at, expires_at, version) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement update_{
      "UPDATE attachments SET filename = ?, task_id = ?, record_type = ?, record_id = ?, role = ?, position = ?, "
      "metadata = ?, tags = ?, updated_at = ?, expires_at = ?, version = ? WHERE id = ?"};
  Statement set_shape_{"UPDATE attachments SET width = ?, height = ?, pages = ? WHERE blob_id = ?"};
  Statement erase_{"DELETE FROM attachments WHERE id = ?"};
  Statement erase_blob_{
      "DELETE FROM blobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM attachments WHERE blob_id = ?1)"};
  Statement insert_tag_{"INSERT INTO attachment_tags (user_id, tag, created_at, attachment_id) VALUES (?, ?, ?, ?)"};
  Statement erase_tag_{
      "DELETE FROM attachment_tags WHERE user_id = ? AND tag = ? AND created_at = ? AND attachment_id = ?"};
};

}  // namespace holdall::catalog::sqlite
