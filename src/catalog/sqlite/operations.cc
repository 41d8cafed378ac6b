#include "catalog/sqlite/operations.h"

#include "catalog/detail/failures.h"
#include "catalog/detail/new_rows.h"

namespace holdall::catalog::sqlite {
namespace {

Result<void> erase_derivatives(Database& db, BlobId blob, std::size_t kept, Timestamp now) {
  HOLDALL_TRY(const auto gone, db.derivatives.erase_but(blob, kept));
  for (const auto& [store, key] : gone)
    HOLDALL_TRY_VOID(db.jobs.insert(kRemoveBlob, detail::remove_blob_payload(store, key), now));
  return {};
}

/// Takes a row away with all that hangs on it but the usage.
Result<void> erase(Database& db, const Attachment& row, Timestamp now) {
  HOLDALL_TRY(const bool blob_is_gone, db.attachments.erase(row));
  if (!blob_is_gone) return {};
  HOLDALL_TRY_VOID(erase_derivatives(db, row.blob.id, 0, now));
  return db.jobs.insert(kRemoveBlob, detail::remove_blob_payload(row.blob.store, row.blob.key), now);
}

}  // namespace

Result<std::optional<EarlierAnswer>> add(Database& db, AddRequest& request, Timestamp now) {
  if (request.claim) {
    HOLDALL_TRY(auto earlier, db.answers.find(request.user, request.claim->key, now));
    if (earlier) return earlier;
  }
  HOLDALL_TRY_VOID(db.users.charge(request.user, request.usage, request.quota));
  for (std::size_t i = 0; i < request.attachments.size(); ++i) {
    Attachment& row = request.attachments[i];
    row.created_at = row.updated_at = now;
    HOLDALL_TRY_VOID(db.attachments.insert(row));
    if (!request.jobs[i].empty()) HOLDALL_TRY_VOID(db.jobs.insert(request.jobs[i], detail::look_payload(row), now));
  }
  if (request.claim) {
    const StoredAnswer answer = request.claim->answer(request.attachments);
    HOLDALL_TRY_VOID(db.answers.put(request.user, *request.claim, answer));
  }
  return std::nullopt;
}

Result<Attachment> update(Database& db, UserId user, AttachmentId id, const AttachmentChange& change,
                          std::optional<std::int64_t> expected_version, Timestamp now) {
  HOLDALL_TRY(const auto before, db.attachments.find(user, id, now));
  if (!before) return detail::no_such_attachment();
  if (expected_version && *expected_version != before->version) return detail::version_mismatch(before->version);
  Attachment after = *before;
  detail::apply_change(after, change, now);
  HOLDALL_TRY_VOID(db.attachments.update(*before, after));
  return after;
}

Result<std::vector<AttachmentId>> remove(Database& db, UserId user, std::span<const AttachmentId> ids,
                                         std::optional<std::int64_t> expected_version, Timestamp now) {
  std::vector<AttachmentId> removed;
  Usage less;
  for (const AttachmentId id : ids) {
    HOLDALL_TRY(const auto row, db.attachments.find(user, id, now));
    if (!row) continue;
    if (expected_version && *expected_version != row->version) return detail::version_mismatch(row->version);
    HOLDALL_TRY_VOID(erase(db, *row, now));
    removed.push_back(id);
    less.bytes += row->blob.size;
    ++less.files;
  }
  if (!removed.empty()) HOLDALL_TRY_VOID(db.users.discharge(user, less));
  return removed;
}

Result<std::size_t> remove_expired(Database& db, std::size_t limit, Timestamp now) {
  HOLDALL_TRY(const std::vector<Attachment> rows, db.attachments.expired(now, limit));
  for (const Attachment& row : rows) {
    HOLDALL_TRY_VOID(erase(db, row, now));
    HOLDALL_TRY_VOID(db.users.discharge(row.user_id, {.bytes = row.blob.size, .files = 1}));
  }
  return rows.size();
}

Result<Derivative> keep_derivative(Database& db, Derivative made, Timestamp now) {
  HOLDALL_TRY(auto earlier, db.derivatives.find(made.blob_id, made.recipe));
  if (earlier && earlier->bytes) return *std::move(earlier);
  made.created_at = now;
  HOLDALL_TRY(const bool is_kept, db.derivatives.put(made));
  if (!is_kept) return detail::no_such_attachment();
  HOLDALL_TRY_VOID(erase_derivatives(db, made.blob_id, kMostDerivatives, now));
  return made;
}

Result<UserId> resolve_user(Database& db, std::string_view subject) {
  HOLDALL_TRY(const auto known, db.users.find(subject));
  if (known) return *known;
  return db.users.create(subject);
}

}  // namespace holdall::catalog::sqlite
