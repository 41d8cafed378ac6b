#pragma once
// Looks into a file that has come in, without anybody waiting: the handler of catalog::kLook jobs.
#include "attachment/backends.h"

namespace holdall::attachment {

/// Makes the thumbnail and notes the shape. Success also when the file is gone, or cannot be read (which is
/// remembered). Twice is harmless. Errors: InvalidArgument "job-malformed"; those of find_or_make_picture() that pass.
io::Task<Result<void>> look_into(const Backends& backends, const catalog::Job& job, const Context& context);

}  // namespace holdall::attachment
