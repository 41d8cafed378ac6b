#include "api/row_etag.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "catalog/catalog.h"

namespace holdall::api {

namespace {

constexpr std::array<std::string_view, 8> kFindings = {"", "s", "p", "sp", "d", "sd", "f", "sf"};

std::string_view letter_of(catalog::TextState state) {
  switch (state) {
    case catalog::TextState::None: return "";
    case catalog::TextState::Pending: return "p";
    case catalog::TextState::Done: return "d";
    case catalog::TextState::Failed: return "f";
  }
  return "";
}

http::EntityTag version_etag(const catalog::Attachment& row, std::string_view findings) {
  http::EntityTag etag{.opaque = std::to_string(row.id.value) + "-" + std::to_string(row.version), .weak = false};
  if (!findings.empty()) etag.opaque.append("-").append(findings);
  return etag;
}

}  // namespace

http::EntityTag row_etag(const catalog::Attachment& row) {
  return version_etag(row, std::string(row.pages ? "s" : "") + std::string(letter_of(row.blob.text_state)));
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
  if (purpose == http::Purpose::Read) return judge(row_etag(row));
  // Whoever changes what he read before something was found out changes what he has read.
  http::Precondition outcome = judge(row_etag(row));
  for (const std::string_view findings : kFindings) {
    if (outcome != http::Precondition::PreconditionFailed) break;
    outcome = judge(version_etag(row, findings));
  }
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
