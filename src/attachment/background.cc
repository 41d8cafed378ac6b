#include "attachment/background.h"

#include <boost/json.hpp>

namespace holdall::attachment {

bool is_read(const Backends& backends, std::string_view mime_type) {
  const TextConfig& text = backends.config.text;
  if (backends.engine == nullptr || !text.enabled) return false;
  return media::text_type_of(mime_type) || (text.recognises && media::picture_type_of(mime_type));
}

std::vector<std::string> jobs_for(const Backends& backends, std::string_view mime_type) {
  std::vector<std::string> jobs;
  if (backends.engine != nullptr && media::picture_type_of(mime_type)) jobs.emplace_back(catalog::kLook);
  if (is_read(backends, mime_type)) jobs.emplace_back(catalog::kReadText);
  return jobs;
}

Result<JobTarget> parse_target(const catalog::Job& job) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(job.payload, error);
  const auto* object = error ? nullptr : document.if_object();
  const auto* user = object == nullptr ? nullptr : object->if_contains("user");
  const auto* attachment = object == nullptr ? nullptr : object->if_contains("attachment");
  if (user != nullptr && attachment != nullptr && user->is_int64() && attachment->is_int64())
    return JobTarget{UserId{user->get_int64()}, AttachmentId{attachment->get_int64()}};
  return fail(ErrorKind::InvalidArgument, "job-malformed", "The job does not name an attachment.",
              "payload " + job.payload);
}

io::Task<Result<std::optional<catalog::Attachment>>> find_target(const Backends& backends, const catalog::Job& job,
                                                                 const Context& context) {
  HOLDALL_CO_TRY(const JobTarget target, parse_target(job));
  Result<catalog::Attachment> row = co_await backends.catalog.find(target.user, target.attachment, context);
  if (row) co_return *std::move(row);
  if (row.error().kind == ErrorKind::NotFound) co_return std::nullopt;
  co_return fail(Error(row.error()));
}

}  // namespace holdall::attachment
