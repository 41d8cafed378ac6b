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

/// The pages are many: a job removes them in steps, and until then they are found through no attachment.
Result<void> forget_text(Database& db, const Blob& blob, Timestamp now) {
  if (blob.text_state == TextState::None) return {};
  HOLDALL_TRY_VOID(db.texts.erase_outcome(blob.id));
  return db.jobs.insert(kForgetText, detail::forget_text_payload(blob.id), now);
}

/// Takes a row away with all that hangs on it but the usage.
Result<void> erase(Database& db, const Attachment& row, Timestamp now) {
  HOLDALL_TRY_VOID(db.names.erase(row.id));
  HOLDALL_TRY(const bool blob_is_gone, db.attachments.erase(row));
  if (!blob_is_gone) return {};
  HOLDALL_TRY_VOID(erase_derivatives(db, row.blob.id, 0, now));
  HOLDALL_TRY_VOID(forget_text(db, row.blob, now));
  return db.jobs.insert(kRemoveBlob, detail::remove_blob_payload(row.blob.store, row.blob.key), now);
}

bool has_other_names(const Attachment& before, const Attachment& after) {
  return before.filename != after.filename || before.tags != after.tags || before.metadata != after.metadata;
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
    for (const std::string& kind : request.jobs[i])
      HOLDALL_TRY_VOID(db.jobs.insert(kind, detail::look_payload(row), now));
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
  if (has_other_names(*before, after)) HOLDALL_TRY_VOID(db.names.update(after));
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

Result<void> add_pages(Database& db, BlobId blob, std::span<const PageText> pages) {
  HOLDALL_TRY_VOID(db.texts.await_text(blob));
  for (const PageText& page : pages) {
    HOLDALL_TRY(const bool is_kept, db.texts.put_page(blob, page));
    if (!is_kept) return detail::no_such_attachment();
  }
  return {};
}

Result<void> end_text(Database& db, BlobId blob, const TextOutcome& outcome, Timestamp now) {
  HOLDALL_TRY(const bool is_there, db.texts.set_state(blob, outcome.state));
  if (!is_there) return detail::no_such_attachment();
  return db.texts.put_outcome(blob, outcome, now);
}

Result<void> read_again(Database& db, UserId user, AttachmentId id, Timestamp now) {
  HOLDALL_TRY(const auto row, db.attachments.find(user, id, now));
  if (!row) return detail::no_such_attachment();
  if (row->blob.text_state == TextState::Pending) return {};
  HOLDALL_TRY(const bool is_there, db.texts.set_state(row->blob.id, TextState::Pending));
  if (!is_there) return detail::no_such_attachment();
  HOLDALL_TRY_VOID(db.texts.erase_outcome(row->blob.id));
  return db.jobs.insert(kReadText, detail::look_payload(*row), now);
}

Result<std::size_t> index_names(Database& db, std::size_t most) {
  HOLDALL_TRY(AttachmentId mark, db.names.mark());
  HOLDALL_TRY(const std::vector<Attachment> rows, db.attachments.after(mark, most));
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < rows.size() && bytes < kLargestPart; ++count) {
    HOLDALL_TRY(const std::size_t more, db.names.insert(rows[count]));
    bytes += more;
    mark = rows[count].id;
  }
  if (count > 0) HOLDALL_TRY_VOID(db.names.set_mark(mark));
  return count;
}

Result<UserId> resolve_user(Database& db, std::string_view subject) {
  HOLDALL_TRY(const auto known, db.users.find(subject));
  if (known) return *known;
  return db.users.create(subject);
}

}  // namespace holdall::catalog::sqlite
