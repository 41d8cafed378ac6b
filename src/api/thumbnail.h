#pragma once
// GET /attachments/{id}/thumbnail: a small picture of the file.
#include "api/guard.h"

namespace holdall::api {

io::Task<Result<http::Response>> thumbnail(const Services& services, Call& call);

}  // namespace holdall::api
