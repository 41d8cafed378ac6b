#include "api/row_etag.h"

#include <string>
#include <utility>

#include "base/encoding.h"
#include "catalog/catalog.h"

namespace holdall::api {

namespace {

http::EntityTag version_etag(const catalog::Attachment& row) {
  return {.opaque = std::to_string(row.id.value) + "-" + std::to_string(row.version), .weak = false};
}

}  // namespace

http::EntityTag row_etag(const catalog::Attachment& row) {
  http::EntityTag etag = version_etag(row);
  if (row.pages) etag.opaque += "-s";
  return etag;
}

http::Precondition judge_row(http::Purpose purpose, const http::Fields& fields, const catalog::Attachment& row) {
  const std::string if_match = fields.joined("If-Match");
  const std::string if_none_match = fields.joined("If-None-Match");
  http::ConditionalFields conditions;
  if (fields.has("If-Match")) conditions.if_match = if_match;
  if (fields.has("If-None-Match")) conditions.if_none_match = if_none_match;
  const auto judge = [&](http::EntityTag etag) {
    return judge_preconditions(purpose, conditions,
                               {.exists = true, .etag = std::move(etag), .last_modified = row.updated_at})
        .precondition;
  };
  const http::Precondition outcome = judge(row_etag(row));
  // Whoever changes what he read before its shape was known changes what he has read.
  if (purpose == http::Purpose::Write && outcome == http::Precondition::PreconditionFailed && row.pages)
    return judge(version_etag(row));
  return outcome;
}

bool names_versions(const http::Fields& fields) {
  return fields.has("If-Match") && trim(fields.joined("If-Match")) != "*";
}

Failure stale_version() {
  return fail(ErrorKind::PreconditionFailed, std::string(catalog::kPreconditionFailed),
              "The attachment is not the version you named; read it again.");
}

}  // namespace holdall::api
