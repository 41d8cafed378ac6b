#include "api/reads.h"

#include <utility>

#include <boost/json.hpp>

#include "api/attachment_json.h"
#include "api/cursor.h"
#include "api/json_body.h"
#include "api/row_etag.h"
#include "attachment/read_text.h"
#include "http/parameter_check.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kMetadataPrefix = "metadata.";
constexpr std::size_t kMaxMetadataFilters = 8;  // each parses the metadata of every row it looks at

std::optional<std::string> text(const http::Request& request, std::string_view name) {
  const auto value = request.query_value(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

std::optional<Timestamp> time(const http::Request& request, std::string_view name) {
  const auto value = request.query_value(name);
  return value ? parse_rfc3339(*value) : std::nullopt;
}

std::optional<catalog::State> state(const http::Request& request) {
  const auto value = request.query_value("state");
  if (!value) return std::nullopt;
  if (*value == "received") return catalog::State::Received;
  if (*value == "quarantined") return catalog::State::Quarantined;
  return *value == "rejected" ? catalog::State::Rejected : catalog::State::Ready;
}

catalog::Sort sort(const http::Request& request) {
  std::string_view value = request.query_value("sort").value_or("-created_at");
  catalog::Sort sort{.field = catalog::SortField::CreatedAt, .descending = value.starts_with('-')};
  if (sort.descending) value.remove_prefix(1);
  if (value == "filename") sort.field = catalog::SortField::Filename;
  if (value == "file_size") sort.field = catalog::SortField::FileSize;
  return sort;
}

Result<catalog::ListQuery> query_of(const http::Request& request, UserId user) {
  catalog::ListQuery query;
  query.user_id = user;
  query.task_id = request.query_number("task_id");
  query.record_type = text(request, "record_type");
  query.record_id = text(request, "record_id");
  if (query.record_id && !query.record_type)
    return fail(
        make_error(ErrorKind::InvalidArgument, std::string(http::kMissingParameter), "record_id goes with record_type.")
            .with("parameter", "record_type"));
  query.collection = text(request, "collection");
  query.tag = text(request, "tag");
  query.mime_type = text(request, "mime_type");
  if (query.mime_type == "*/*") query.mime_type.reset();  // every type there is
  query.state = state(request);
  query.created_after = time(request, "created_after");
  query.created_before = time(request, "created_before");
  for (const http::QueryParameter& parameter : request.query) {
    if (parameter.name.starts_with(kMetadataPrefix))
      query.metadata.emplace_back(parameter.name.substr(kMetadataPrefix.size()), parameter.value);
  }
  if (query.metadata.size() > kMaxMetadataFilters)
    return fail(make_error(ErrorKind::InvalidArgument, "too-many-filters", "Give at most 8 parameters 'metadata.*'.")
                    .with("limit", static_cast<std::int64_t>(kMaxMetadataFilters)));
  query.sort = sort(request);
  query.limit = static_cast<std::size_t>(request.query_number("limit").value_or(50));
  query.count = request.query_value("count") == "true";
  if (const auto cursor = request.query_value("cursor")) {
    query.after = decode_cursor(*cursor, query.sort);
    if (!query.after)
      return fail(ErrorKind::InvalidArgument, "cursor-invalid",
                  "This cursor is not one of ours, or was made for another sort; start again without it.");
  }
  return query;
}

}  // namespace

io::Task<Result<http::Response>> list_attachments(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::ListQuery query, query_of(call.request, call.caller.user));
  HOLDALL_CO_TRY(const catalog::ListPage page, co_await services.backends.catalog.list(query, call.context()));
  json::array items;
  items.reserve(page.attachments.size());
  for (const catalog::Attachment& row : page.attachments)
    items.push_back(attachment_json(row, call.caller.subject));
  json::object object;
  object["items"] = std::move(items);
  object["next"] = page.has_more
                       ? json::value(encode_cursor(query.sort, position_of(page.attachments.back(), query.sort)))
                       : json::value(nullptr);
  if (page.total) object["total"] = *page.total;
  co_return json_response(200, object);
}

io::Task<Result<http::Response>> get_attachment(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::Attachment row,
                 co_await services.backends.catalog.find(call.caller.user, call.attachment_id(), call.context()));
  const http::Precondition precondition = judge_row(http::Purpose::Read, call.request.fields, row);
  if (precondition == http::Precondition::PreconditionFailed) co_return stale_version();
  http::Response response = http::Response::empty(304);
  if (precondition != http::Precondition::NotModified) {
    HOLDALL_CO_TRY(const std::optional<std::string> recognised,
                   co_await attachment::recognised_text(services.backends.catalog.texts(), row, call.context()));
    json::object object = attachment_json(row, call.caller.subject);
    if (recognised) object["ocr_text"] = *recognised;
    response = json_response(200, object);
  }
  response.fields.set("ETag", to_string(row_etag(row)));
  response.fields.set("Cache-Control", "private, no-cache");
  co_return response;
}

}  // namespace holdall::api
