#include "attachment/change.h"

#include <utility>

#include "attachment/policy.h"
#include "attachment/properties.h"

namespace holdall::attachment {
namespace {

// Merging reads before it writes; a version that moved in between is read again this often.
constexpr int kMergeAttempts = 5;

Result<catalog::AttachmentChange> build(const Backends& backends, const catalog::Attachment& row,
                                        const ChangeRequest& request) {
  catalog::AttachmentChange change;
  if (request.filename) {
    HOLDALL_TRY(const Collection* collection, find_collection(backends.config, row.collection));
    HOLDALL_TRY(change.filename, judge_rename(*collection, *request.filename, row.mime_type));
  }
  change.task_id = request.task_id;
  if (request.record) {
    change.record.emplace();
    if (*request.record) {
      HOLDALL_TRY(*change.record, check_record(**request.record));
    }
  }
  if (request.metadata_patch) {
    HOLDALL_TRY(change.metadata, merge_metadata(row.metadata, *request.metadata_patch));
  } else if (request.clear_metadata) {
    change.metadata = "{}";
  }
  if (request.tags) {
    HOLDALL_TRY(change.tags, check_tags(*request.tags));
  }
  if (request.expires_at) {
    change.expires_at.emplace();
    if (*request.expires_at) {
      HOLDALL_TRY(*change.expires_at, check_expiry(**request.expires_at, backends.clock.now()));
    }
  }
  return change;
}

}  // namespace

io::Task<Result<catalog::Attachment>> change(const Backends& backends, const Caller& caller, AttachmentId id,
                                             ChangeRequest request, std::optional<std::int64_t> expected_version,
                                             const Context& context) {
  for (int attempt = 0; attempt < kMergeAttempts; ++attempt) {
    HOLDALL_CO_TRY(const catalog::Attachment row, co_await backends.catalog.find(caller.user, id, context));
    HOLDALL_CO_TRY(catalog::AttachmentChange change, build(backends, row, request));
    Result<catalog::Attachment> changed = co_await backends.catalog.update(
        caller.user, id, std::move(change), expected_version.value_or(row.version), context);
    const bool raced = !changed && changed.error().kind == ErrorKind::PreconditionFailed && !expected_version;
    if (!raced) co_return changed;
  }
  co_return fail(ErrorKind::Conflict, "busy", "Others are changing this attachment at the same time; try again.");
}

}  // namespace holdall::attachment
