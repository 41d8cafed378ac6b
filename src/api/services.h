#pragma once
// What the routes stand on; made by the composition root, outlives the server.
#include <cstddef>
#include <functional>
#include <string>

#include "attachment/backends.h"
#include "auth/verifier.h"
#include "http/multipart.h"

namespace holdall::api {

struct Services {
  attachment::Backends backends;
  auth::Verifier& verifier;
  http::MultipartLimits form_limits;
  std::size_t max_field_bytes = 64 * 1024;    ///< of one form field that is not a file
  std::function<bool()> is_draining;          ///< the server is on its way down
  std::function<std::string()> metrics_text;  ///< Prometheus text exposition
  std::string version;
};

}  // namespace holdall::api
