#include "api/changes.h"

#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "api/attachment_json.h"
#include "api/json_body.h"
#include "api/row_etag.h"
#include "attachment/change.h"
#include "attachment/properties.h"

namespace holdall::api {
namespace {

namespace json = boost::json;
using attachment::property_error;

// The version the row must still have when it is changed; none where If-Match does not say.
io::Task<Result<std::optional<std::int64_t>>> expected_version(const Services& services, Call& call) {
  if (!names_versions(call.request.fields)) co_return std::nullopt;
  HOLDALL_CO_TRY(const catalog::Attachment row,
                 co_await services.backends.catalog.find(call.caller.user, call.attachment_id(), call.context()));
  if (judge_row(http::Purpose::Write, call.request.fields, row) != http::Precondition::Proceed)
    co_return stale_version();
  co_return row.version;
}

Result<std::string> text_of(std::string_view property, const json::value& value) {
  if (!value.is_string()) return fail(property_error(property, "must be a text"));
  return std::string(value.as_string());
}

Result<std::int64_t> integer_of(std::string_view property, const json::value& value) {
  if (!value.is_int64()) return fail(property_error(property, "must be a whole number"));
  return value.as_int64();
}

Result<std::optional<catalog::RecordLink>> record_of(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object()) return fail(property_error("record", "must be an object or null"));
  catalog::RecordLink link;
  for (const auto& [name, member] : value.as_object()) {
    if (name == "type") {
      HOLDALL_TRY(link.type, text_of("record.type", member));
    } else if (name == "id") {
      HOLDALL_TRY(link.id, text_of("record.id", member));
    } else if (name == "role") {
      HOLDALL_TRY(link.role, text_of("record.role", member));
    } else if (name == "position") {
      HOLDALL_TRY(link.position, integer_of("record.position", member));
    } else {
      return fail(property_error("record", "has the members type, id, role and position and no others"));
    }
  }
  return link;
}

Result<std::vector<std::string>> tags_of(const json::value& value) {
  std::vector<std::string> tags;
  if (value.is_null()) return tags;
  if (!value.is_array()) return fail(property_error("tags", "must be an array of texts"));
  for (const json::value& tag : value.as_array()) {
    HOLDALL_TRY(tags.emplace_back(), text_of("tags", tag));
  }
  return tags;
}

Result<void> take_member(attachment::ChangeRequest& change, std::string_view name, const json::value& value) {
  if (name == "filename") {
    HOLDALL_TRY(change.filename, text_of(name, value));
  } else if (name == "task_id") {
    change.task_id.emplace();
    if (!value.is_null()) {
      HOLDALL_TRY(*change.task_id, integer_of(name, value));
    }
  } else if (name == "record") {
    HOLDALL_TRY(change.record, record_of(value));
  } else if (name == "metadata") {
    change.clear_metadata = value.is_null();
    if (!value.is_null()) {
      HOLDALL_TRY(change.metadata_patch, attachment::write_metadata(value));
    }
  } else if (name == "tags") {
    HOLDALL_TRY(change.tags, tags_of(value));
  } else if (name == "expires_at") {
    change.expires_at.emplace();
    if (!value.is_null()) {
      HOLDALL_TRY(*change.expires_at, text_of(name, value));
    }
  } else {
    return fail(property_error(name, "cannot be changed"));
  }
  return {};
}

Result<attachment::ChangeRequest> change_of(const json::value& body) {
  if (!body.is_object())
    return fail(ErrorKind::Unprocessable, "json-not-object", "Send a JSON object with the members to change.");
  attachment::ChangeRequest change;
  for (const auto& [name, value] : body.as_object()) {
    HOLDALL_TRY_VOID(take_member(change, name, value));
  }
  return change;
}

Result<std::vector<AttachmentId>> ids_of(const json::value& body) {
  const auto wrong = [] {
    return fail(ErrorKind::Unprocessable, "ids-invalid", "Send a JSON array of at most 10000 attachment ids: [1,2,3].");
  };
  if (!body.is_array() || body.as_array().size() > kMaxBulkIds) return wrong();
  std::vector<AttachmentId> ids;
  for (const json::value& id : body.as_array()) {
    if (!id.is_int64()) return wrong();
    ids.push_back(AttachmentId{id.as_int64()});
  }
  return ids;
}

void wake_removal(const Services& services) {
  for (const std::string_view kind : {catalog::kRemoveBlob, catalog::kForgetText})
    services.backends.wake_jobs(kind);
}

}  // namespace

io::Task<Result<http::Response>> patch_attachment(const Services& services, Call& call) {
  const AttachmentId id = call.attachment_id();
  HOLDALL_CO_TRY(const std::optional<std::int64_t> version, co_await expected_version(services, call));
  HOLDALL_CO_TRY(const json::value body, co_await read_json(call.request));
  HOLDALL_CO_TRY(attachment::ChangeRequest change, change_of(body));
  HOLDALL_CO_TRY(
      const catalog::Attachment row,
      co_await attachment::change(services.backends, call.caller, id, std::move(change), version, call.context()));
  http::Response response = json_response(200, attachment_json(row, call.caller.subject));
  response.fields.set("ETag", to_string(row_etag(row)));
  co_return response;
}

io::Task<Result<http::Response>> delete_attachment(const Services& services, Call& call) {
  const AttachmentId id = call.attachment_id();
  HOLDALL_CO_TRY(const std::optional<std::int64_t> version, co_await expected_version(services, call));
  HOLDALL_CO_TRY(const std::vector<AttachmentId> removed,
                 co_await services.backends.catalog.remove(call.caller.user, {id}, version, call.context()));
  if (removed.empty())
    co_return fail(ErrorKind::NotFound, "no-such-attachment", "There is no attachment with this id.");
  wake_removal(services);
  co_return http::Response::empty(204);
}

io::Task<Result<http::Response>> bulk_delete(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const json::value body, co_await read_json(call.request));
  HOLDALL_CO_TRY(std::vector<AttachmentId> ids, ids_of(body));
  const Result<std::vector<AttachmentId>> removed =
      co_await services.backends.catalog.remove(call.caller.user, std::move(ids), {}, call.context());
  // What goes wrong half way has removed some: their bytes wait for nobody.
  if (!removed || !removed->empty()) wake_removal(services);
  if (!removed) co_return fail(Error(removed.error()));
  co_return json_response(200, json::object{{"deleted", removed->size()}});
}

}  // namespace holdall::api
