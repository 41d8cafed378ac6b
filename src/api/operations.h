#pragma once
// What operators and orchestrators ask: alive, ready, metrics.
#include "api/services.h"
#include "http/route.h"

namespace holdall::api {

http::Handler health_handler();
/// 200 when catalog and store can take and give files; 503 with the reason's name when not, and while draining.
http::Handler readiness_handler(const Services& services);
http::Handler metrics_handler(const Services& services);

}  // namespace holdall::api
