#include "api/row_etag.h"

#include <string>

#include "base/encoding.h"
#include "catalog/catalog.h"

namespace holdall::api {

http::EntityTag row_etag(const catalog::Attachment& row) {
  return {.opaque = std::to_string(row.id.value) + "-" + std::to_string(row.version), .weak = false};
}

http::Precondition judge_row(http::Purpose purpose, const http::Fields& fields, const catalog::Attachment& row) {
  const std::string if_match = fields.joined("If-Match");
  const std::string if_none_match = fields.joined("If-None-Match");
  http::ConditionalFields conditions;
  if (fields.has("If-Match")) conditions.if_match = if_match;
  if (fields.has("If-None-Match")) conditions.if_none_match = if_none_match;
  const http::CurrentState current{.exists = true, .etag = row_etag(row), .last_modified = row.updated_at};
  return judge_preconditions(purpose, conditions, current).precondition;
}

bool names_versions(const http::Fields& fields) {
  return fields.has("If-Match") && trim(fields.joined("If-Match")) != "*";
}

Failure stale_version() {
  return fail(ErrorKind::PreconditionFailed, std::string(catalog::kPreconditionFailed),
              "The attachment is not the version you named; read it again.");
}

}  // namespace holdall::api
