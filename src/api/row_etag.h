#pragma once
// The ETag of an attachment's JSON, and what a request asks of it: made and judged here and nowhere else.
#include "base/result.h"
#include "catalog/rows.h"
#include "http/conditional.h"
#include "http/fields.h"

namespace holdall::api {

/// `"7-2"`: id and version; `"7-2-s"` once the shape (width, height, pages) of its file is known.
http::EntityTag row_etag(const catalog::Attachment& row);

/// If-Match and If-None-Match judged against the row as it stands (RFC 9110 section 13.2.2): any tag of a list will do,
/// and for a write also the one from before the shape was known.
http::Precondition judge_row(http::Purpose purpose, const http::Fields& fields, const catalog::Attachment& row);

/// Whether If-Match names versions; "*" names none.
bool names_versions(const http::Fields& fields);

/// The refusal of a request whose precondition does not hold.
Failure stale_version();

}  // namespace holdall::api
