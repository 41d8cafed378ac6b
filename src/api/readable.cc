#include "api/readable.h"

namespace holdall::api {

io::Task<Result<catalog::Attachment>> find_readable(const Services& services, Call& call) {
  HOLDALL_CO_TRY(catalog::Attachment row,
                 co_await services.backends.catalog.find(call.caller.user, call.attachment_id(), call.context()));
  if (row.state != catalog::State::Ready)
    co_return fail(ErrorKind::Conflict, "not-ready", "This attachment is not ready to be read; look at its state.");
  co_return row;
}

}  // namespace holdall::api
