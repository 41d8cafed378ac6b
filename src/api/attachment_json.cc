#include "api/attachment_json.h"

#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "base/sha256.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::string_view name_of(catalog::State state) {
  switch (state) {
    case catalog::State::Received: return "received";
    case catalog::State::Quarantined: return "quarantined";
    case catalog::State::Ready: return "ready";
    case catalog::State::Rejected: return "rejected";
  }
  return "";
}

std::string_view name_of(catalog::TextState state) {
  switch (state) {
    case catalog::TextState::None: return "none";
    case catalog::TextState::Pending: return "pending";
    case catalog::TextState::Done: return "done";
    case catalog::TextState::Failed: return "failed";
  }
  return "";
}

json::value record_json(const std::optional<catalog::RecordLink>& record) {
  if (!record) return nullptr;
  return json::object{
      {"type", record->type}, {"id", record->id}, {"role", record->role}, {"position", record->position}};
}

json::array tags_json(const std::vector<std::string>& tags) {
  json::array array;
  array.reserve(tags.size());
  for (const std::string& tag : tags)
    array.emplace_back(tag);
  return array;
}

// Nothing but JSON objects is ever recorded; a row damaged behind our back must not hide all the others of its page.
json::value metadata_json(const catalog::Attachment& attachment) {
  if (attachment.metadata == "{}") return json::object();
  boost::system::error_code error;
  json::value metadata = json::parse(attachment.metadata, error);
  if (!error && metadata.is_object()) return metadata;
  spdlog::error("api: the metadata of attachment {} is no JSON object and shown as none", attachment.id.value);
  return json::object();
}

}  // namespace

json::object attachment_json(const catalog::Attachment& attachment, std::string_view owner) {
  json::object object;
  object.reserve(25);
  object["id"] = attachment.id.value;
  object["filename"] = attachment.filename;
  object["file_path"] = attachment.blob.key;
  object["file_size"] = attachment.blob.size;
  object["mime_type"] = attachment.mime_type;
  object["ocr_text"] = nullptr;
  object["task_id"] = or_null(attachment.task_id);
  object["user_id"] = attachment.user_id.value;
  object["created_at"] = to_rfc3339(attachment.created_at);
  object["owner"] = owner;
  object["sha256"] = to_hex(attachment.blob.sha256);
  object["collection"] = attachment.collection;
  object["state"] = name_of(attachment.state);
  object["record"] = record_json(attachment.record);
  object["metadata"] = metadata_json(attachment);
  object["tags"] = tags_json(attachment.tags);
  object["width"] = or_null(attachment.width);
  object["height"] = or_null(attachment.height);
  object["pages"] = or_null(attachment.pages);
  object["text_state"] = name_of(attachment.blob.text_state);
  object["updated_at"] = to_rfc3339(attachment.updated_at);
  object["expires_at"] = attachment.expires_at ? json::value(to_rfc3339(*attachment.expires_at)) : json::value(nullptr);
  object["version"] = attachment.version;
  return object;
}

std::string to_text(const json::value& value) { return json::serialize(value); }

}  // namespace holdall::api
