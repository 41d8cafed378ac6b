#pragma once
// From what a caller wants kept to the rows it will be, as far as that does not need the catalog.
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"

namespace holdall::catalog::detail {

/// Sorted, each once.
std::vector<std::string> sorted_tags(std::vector<std::string> tags);

/// Everything but ids and times.
Attachment to_attachment(UserId user, NewAttachment made);

/// What they add to the usage; InvalidArgument when the sum leaves 63 bits.
Result<Usage> usage_of(const std::vector<Attachment>& attachments);

/// Applies a PATCH to a row; sets updated_at and raises version.
void apply_change(Attachment& row, AttachmentChange change, Timestamp now);

/// The payload of a kLook or kReadText job.
std::string look_payload(const Attachment& row);

/// The payload of a kForgetText job.
std::string forget_text_payload(BlobId blob);

/// The payload of a kRemoveBlob job.
std::string remove_blob_payload(const std::string& store, const std::string& key);

}  // namespace holdall::catalog::detail
