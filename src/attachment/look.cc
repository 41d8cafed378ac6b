#include "attachment/look.h"

#include "attachment/background.h"
#include "attachment/picture.h"

namespace holdall::attachment {
namespace {

bool is_settled(ErrorKind kind) {
  return kind == ErrorKind::NotFound || kind == ErrorKind::Unprocessable || kind == ErrorKind::Unsupported;
}

}  // namespace

io::Task<Result<void>> look_into(const Backends& backends, const catalog::Job& job, const Context& context) {
  HOLDALL_CO_TRY(const std::optional<catalog::Attachment> row, co_await find_target(backends, job, context));
  if (!row) co_return Result<void>();
  const std::vector<media::PictureType> offers = offers_for(row->mime_type);
  if (offers.empty()) co_return Result<void>();
  const auto made =
      co_await find_or_make_picture(backends, *row, {.target = offers.front()}, media::Priority::Background, context);
  if (!made && !is_settled(made.error().kind)) co_return fail(Error(made.error()));
  co_return Result<void>();
}

}  // namespace holdall::attachment
