#pragma once
// The table of everything Holdall answers; see http/route.h.
#include <vector>

#include "api/services.h"
#include "http/route.h"

namespace holdall::api {

/// All routes, /openapi.json and /docs among them. `services` must outlive the table.
std::vector<http::Route> routes(const Services& services);

}  // namespace holdall::api
