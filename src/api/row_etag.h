#pragma once
// The ETag of an attachment's JSON, and what a request asks of it: made and judged here and nowhere else.
#include "base/result.h"
#include "catalog/rows.h"
#include "http/conditional.h"
#include "http/fields.h"

namespace holdall::api {

/// `"7-2"`: id and version; behind them what the server has found out about the file meanwhile: `"7-2-s"` once its
/// shape (width, height, pages) is known, `"7-2-sp"`, `"7-2-sd"`, `"7-2-sf"` while its text is pending, done, failed.
http::EntityTag row_etag(const catalog::Attachment& row);

/// If-Match and If-None-Match judged against the row as it stands (RFC 9110 section 13.2.2): any tag of a list will do,
/// and for a write also one from before or after something was found out.
http::Precondition judge_row(http::Purpose purpose, const http::Fields& fields, const catalog::Attachment& row);

/// Whether If-Match names versions; "*" names none.
bool names_versions(const http::Fields& fields);

/// The refusal of a request whose precondition does not hold.
Failure stale_version();

}  // namespace holdall::api
