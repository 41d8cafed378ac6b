#pragma once
#include "config/schema.h"

namespace holdall::config {

/// S3_ENDPOINT_URL, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET_NAME are reserved for the S3 store. Until it is there
/// they are accepted, and a warning says that they have no effect.
void reserve_founding_variables(Schema& schema);

}  // namespace holdall::config
