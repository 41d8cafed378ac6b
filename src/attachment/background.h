#pragma once
// What is done with a file after it has come in, without anybody waiting.
#include <string>
#include <string_view>
#include <vector>

#include "attachment/backends.h"

namespace holdall::attachment {

/// Whether the text of a file of that type is read here.
bool is_read(const Backends& backends, std::string_view mime_type);

/// The kinds of jobs a file of that type is queued for when it comes in.
std::vector<std::string> jobs_for(const Backends& backends, std::string_view mime_type);

/// Which attachment a job of kind kLook or kReadText is about.
struct JobTarget {
  UserId user;
  AttachmentId attachment;
};

/// InvalidArgument "job-malformed" for a payload that no retry can cure.
Result<JobTarget> parse_target(const catalog::Job& job);

/// Nothing when the attachment is gone, which is no error for what is done in the background.
io::Task<Result<std::optional<catalog::Attachment>>> find_target(const Backends& backends, const catalog::Job& job,
                                                                 const Context& context);

}  // namespace holdall::attachment
