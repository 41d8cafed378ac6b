#pragma once
// What a user may know of himself.
#include "api/guard.h"

namespace holdall::api {

/// GET /me: who the token says you are, and the limits of each collection.
io::Task<Result<http::Response>> get_me(const Services& services, Call& call);
/// GET /usage: bytes, files, quota.
io::Task<Result<http::Response>> get_usage(const Services& services, Call& call);

}  // namespace holdall::api
