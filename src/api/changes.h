#pragma once
// Changing and removing attachments.
#include "api/guard.h"

namespace holdall::api {

/// PATCH /attachments/{id}: JSON merge patch (RFC 7396), If-Match respected.
io::Task<Result<http::Response>> patch_attachment(const Services& services, Call& call);
/// DELETE /attachments/{id}: 204, If-Match respected.
io::Task<Result<http::Response>> delete_attachment(const Services& services, Call& call);
/// DELETE /attachments/bulk-delete: [1,2,3] -> {"deleted": n}
io::Task<Result<http::Response>> bulk_delete(const Services& services, Call& call);

inline constexpr std::size_t kMaxBulkIds = 10'000;  ///< a few seconds, when each has all its tags

}  // namespace holdall::api
