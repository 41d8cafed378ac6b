#pragma once
// The doors that exist today: the founding form, the form with one or many files, the raw body.
#include "api/guard.h"

namespace holdall::api {

/// POST /attachments/upload?task_id= (founding: every refusal of the file is a 400 with its exact sentence).
io::Task<Result<http::Response>> upload_founding(const Services& services, Call& call);
/// POST /attachments
io::Task<Result<http::Response>> upload_form(const Services& services, Call& call);
/// PUT /attachments?filename=
io::Task<Result<http::Response>> upload_raw(const Services& services, Call& call);

}  // namespace holdall::api
