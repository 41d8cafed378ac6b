#pragma once
// The attachment a request names, when its bytes may be read.
#include "api/guard.h"

namespace holdall::api {

/// NotFound when it is not there or not the caller's; Conflict "not-ready" when its state is another than Ready.
io::Task<Result<catalog::Attachment>> find_readable(const Services& services, Call& call);

}  // namespace holdall::api
