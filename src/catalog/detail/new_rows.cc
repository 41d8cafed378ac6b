#include "catalog/detail/new_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "catalog/detail/failures.h"

namespace holdall::catalog::detail {

std::vector<std::string> sorted_tags(std::vector<std::string> tags) {
  std::ranges::sort(tags);
  const auto repeated = std::ranges::unique(tags);
  tags.erase(repeated.begin(), repeated.end());
  return tags;
}

Attachment to_attachment(UserId user, NewAttachment made) {
  Attachment row;
  row.user_id = user;
  row.blob.key = std::move(made.key);
  row.blob.store = std::move(made.store);
  row.blob.size = made.size;
  row.blob.sha256 = made.sha256;
  row.blob.text_state = made.text_state;
  row.collection = std::move(made.collection);
  row.filename = std::move(made.filename);
  row.mime_type = std::move(made.mime_type);
  row.task_id = made.task_id;
  row.record = std::move(made.record);
  row.metadata = std::move(made.metadata);
  row.tags = sorted_tags(std::move(made.tags));
  row.state = made.state;
  row.expires_at = made.expires_at;
  return row;
}

Result<Usage> usage_of(const std::vector<Attachment>& attachments) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  Usage sum{.bytes = 0, .files = attachments.size()};
  for (const Attachment& row : attachments) {
    if (row.blob.size > kMost - sum.bytes) return too_large_to_count();
    sum.bytes += row.blob.size;
  }
  return sum;
}

void apply_change(Attachment& row, AttachmentChange change, Timestamp now) {
  if (change.filename) row.filename = *std::move(change.filename);
  if (change.task_id) row.task_id = *change.task_id;
  if (change.record) row.record = *std::move(change.record);
  if (change.metadata) row.metadata = *std::move(change.metadata);
  if (change.tags) row.tags = sorted_tags(*std::move(change.tags));
  if (change.expires_at) row.expires_at = *change.expires_at;
  row.updated_at = now;
  ++row.version;
}

std::string look_payload(const Attachment& row) {
  return boost::json::serialize(boost::json::object{{"user", row.user_id.value}, {"attachment", row.id.value}});
}

std::string forget_text_payload(BlobId blob) {
  return boost::json::serialize(boost::json::object{{"blob", blob.value}});
}

std::string remove_blob_payload(const std::string& store, const std::string& key) {
  return boost::json::serialize(boost::json::object{{"store", store}, {"key", key}});
}

}  // namespace holdall::catalog::detail
