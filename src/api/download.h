#pragma once
// GET /attachments/{id}/download: the bytes, whole or in ranges, under the conditions the client names (RFC 9110).
#include "api/guard.h"

namespace holdall::api {

io::Task<Result<http::Response>> download(const Services& services, Call& call);

/// Types that may be shown in the page that links to them: pictures and plain text, which run nothing. Everything else
/// is sent as an attachment even when `disposition=inline` asks otherwise.
bool may_be_inline(std::string_view mime_type);

}  // namespace holdall::api
