#pragma once
// Reading attachments: the listing, one row.
#include "api/guard.h"

namespace holdall::api {

/// GET /attachments
io::Task<Result<http::Response>> list_attachments(const Services& services, Call& call);
/// GET /attachments/{id}
io::Task<Result<http::Response>> get_attachment(const Services& services, Call& call);

}  // namespace holdall::api
