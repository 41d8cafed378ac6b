#pragma once
#include <vector>

#include "api/services.h"
#include "http/route.h"

namespace holdall::api {

/// The rows of the table below /api/v1/attachments.
std::vector<http::Route> attachment_routes(const Services& services);

}  // namespace holdall::api
