#pragma once
// PATCH of one attachment: what a client may change, merged into what is there (RFC 7396).
#include <string>

#include "attachment/backends.h"

namespace holdall::attachment {

/// What a client asks to change. An absent outer optional: not mentioned; a present empty inner one: set to null.
struct ChangeRequest {
  std::optional<std::string> filename{};
  std::optional<std::optional<std::int64_t>> task_id{};
  std::optional<std::optional<catalog::RecordLink>> record{};
  std::optional<std::string> metadata_patch{};  ///< a JSON object merged into the metadata
  bool clear_metadata = false;
  std::optional<std::vector<std::string>> tags{};
  std::optional<std::optional<std::string>> expires_at{};
};

/// Applies it under the policy of the attachment's collection. PreconditionFailed when `expected_version` is not the
/// row's; Conflict "busy" when others change the same metadata again and again.
io::Task<Result<catalog::Attachment>> change(const Backends& backends, const Caller& caller, AttachmentId id,
                                             ChangeRequest request, std::optional<std::int64_t> expected_version,
                                             const Context& context);

}  // namespace holdall::attachment
