#pragma once
// The index of names: what of an attachment's filename, tags and metadata is searched, and how far the index has come.
#include <cstddef>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

/// An attachment has its row here once the mark has passed its id, until it is removed.
class NameTable {
 public:
  explicit NameTable(Connection& connection) : connection_(connection) {}

  Result<AttachmentId> mark();
  Result<void> set_mark(AttachmentId mark);

  /// Answers how many bytes of text it has put there.
  Result<std::size_t> insert(const Attachment& row);
  /// Both do nothing when the attachment has no row here yet.
  Result<void> update(const Attachment& row);
  Result<void> erase(AttachmentId id);
  /// Empties table and index, and sets the mark to the beginning.
  Result<void> clear();

 private:
  Result<bool> has(AttachmentId id);

  Connection& connection_;
  Statement mark_{"SELECT up_to FROM name_mark"};
  Statement set_mark_{"UPDATE name_mark SET up_to = ?"};
  Statement has_{"SELECT 1 FROM name_texts WHERE id = ?"};
  Statement insert_{"INSERT INTO name_texts (id, owner, filename, tags, metadata) VALUES (?, ?, ?, ?, ?)"};
  Statement index_{
      "INSERT INTO name_index (rowid, owned_filename, owned_tags, owned_metadata) "
      "SELECT id, owned_filename, owned_tags, owned_metadata FROM name_texts WHERE id = ?"};
  Statement unindex_{
      "INSERT INTO name_index (name_index, rowid, owned_filename, owned_tags, owned_metadata) "
      "SELECT 'delete', id, owned_filename, owned_tags, owned_metadata FROM name_texts WHERE id = ?"};
  Statement erase_{"DELETE FROM name_texts WHERE id = ?"};
  Statement clear_index_{"INSERT INTO name_index (name_index) VALUES ('delete-all')"};
  Statement clear_{"DELETE FROM name_texts"};
};

}  // namespace holdall::catalog::sqlite
