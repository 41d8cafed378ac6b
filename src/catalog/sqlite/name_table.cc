#include "catalog/sqlite/name_table.h"

#include "catalog/detail/name_text.h"

namespace holdall::catalog::sqlite {

Result<AttachmentId> NameTable::mark() {
  Query query(connection_, mark_);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return fail(internal_error("name_mark has no row"));
  return AttachmentId{query.integer(0)};
}

Result<void> NameTable::set_mark(AttachmentId mark) { return Query(connection_, set_mark_, mark).run(); }

Result<std::size_t> NameTable::insert(const Attachment& row) {
  const detail::NameText names = detail::name_text(row);
  HOLDALL_TRY_VOID(Query(connection_, insert_, row.id, row.user_id, names.filename, names.tags, names.metadata).run());
  HOLDALL_TRY_VOID(Query(connection_, index_, row.id).run());
  return names.filename.size() + names.tags.size() + names.metadata.size();
}

Result<bool> NameTable::has(AttachmentId id) {
  Query query(connection_, has_, id);
  return query.next();
}

Result<void> NameTable::update(const Attachment& row) {
  HOLDALL_TRY(const bool is_there, has(row.id));
  if (!is_there) return {};
  HOLDALL_TRY_VOID(erase(row.id));
  HOLDALL_TRY(const std::size_t bytes, insert(row));
  (void)bytes;  // of one row: never too many for a step
  return {};
}

// The index first: it has to be told what the row was. And only when there is one: telling it nothing costs as much as
// a short statement, for every file that is removed.
Result<void> NameTable::erase(AttachmentId id) {
  HOLDALL_TRY(const bool is_there, has(id));
  if (!is_there) return {};
  HOLDALL_TRY_VOID(Query(connection_, unindex_, id).run());
  return Query(connection_, erase_, id).run();
}

Result<void> NameTable::clear() {
  HOLDALL_TRY_VOID(Query(connection_, clear_index_).run());
  HOLDALL_TRY_VOID(Query(connection_, clear_).run());
  return set_mark(AttachmentId{0});
}

}  // namespace holdall::catalog::sqlite
