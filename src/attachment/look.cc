#include "attachment/look.h"

#include <boost/json.hpp>

#include "attachment/picture.h"

namespace holdall::attachment {
namespace {

struct Target {
  UserId user;
  AttachmentId attachment;
};

Result<Target> parse_target(const catalog::Job& job) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(job.payload, error);
  const auto* object = error ? nullptr : document.if_object();
  const auto* user = object == nullptr ? nullptr : object->if_contains("user");
  const auto* attachment = object == nullptr ? nullptr : object->if_contains("attachment");
  if (user != nullptr && attachment != nullptr && user->is_int64() && attachment->is_int64())
    return Target{UserId{user->get_int64()}, AttachmentId{attachment->get_int64()}};
  return fail(ErrorKind::InvalidArgument, "job-malformed", "The job does not name an attachment to look into.",
              "payload " + job.payload);
}

bool is_settled(ErrorKind kind) {
  return kind == ErrorKind::NotFound || kind == ErrorKind::Unprocessable || kind == ErrorKind::Unsupported;
}

}  // namespace

std::string job_for(const Backends& backends, std::string_view mime_type) {
  if (backends.engine == nullptr || !media::picture_type_of(mime_type)) return {};
  return std::string(catalog::kLook);
}

io::Task<Result<void>> look_into(const Backends& backends, const catalog::Job& job, const Context& context) {
  HOLDALL_CO_TRY(const Target target, parse_target(job));
  const Result<catalog::Attachment> row = co_await backends.catalog.find(target.user, target.attachment, context);
  if (!row && row.error().kind == ErrorKind::NotFound) co_return Result<void>();
  if (!row) co_return fail(Error(row.error()));
  const std::vector<media::PictureType> offers = offers_for(row->mime_type);
  if (offers.empty()) co_return Result<void>();
  const auto made =
      co_await find_or_make_picture(backends, *row, {.target = offers.front()}, media::Priority::Background, context);
  if (!made && !is_settled(made.error().kind)) co_return fail(Error(made.error()));
  co_return Result<void>();
}

}  // namespace holdall::attachment
