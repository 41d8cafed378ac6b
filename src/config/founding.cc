#include "config/founding.h"

#include <fmt/format.h>

namespace holdall::config {

void reserve_founding_variables(Schema& schema) {
  for (const std::string_view name : {"S3_ENDPOINT_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET_NAME"}) {
    schema.accept_variable(
        {.name = std::string(name),
         .doc = "Reserved for the S3 store; has no effect yet.",
         .warning = fmt::format("{} is set, but this version keeps files in a folder only: it has no effect.", name)});
  }
}

}  // namespace holdall::config
