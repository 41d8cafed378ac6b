#include "catalog/detail/failures.h"

#include <limits>
#include <string>

#include "base/byte_count.h"
#include "catalog/catalog.h"

namespace holdall::catalog::detail {
namespace {

std::int64_t clamp(std::uint64_t value) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(value < kMost ? value : kMost);
}

bool exceeds(std::uint64_t used, std::uint64_t more, std::optional<std::uint64_t> limit) {
  return limit && (used > *limit || more > *limit - used);
}

Error quota_error(std::string message, std::uint64_t limit, std::uint64_t used) {
  return make_error(ErrorKind::QuotaExceeded, "quota-exceeded", std::move(message))
      .with("limit", clamp(limit))
      .with("used", clamp(used));
}

}  // namespace

Failure no_such_attachment() { return fail(ErrorKind::NotFound, "no-such-attachment", "There is no such attachment."); }

Failure no_such_page() {
  return fail(ErrorKind::InvalidArgument, "page-out-of-range", "No page can have that number.");
}

Failure version_mismatch(std::int64_t current) {
  return fail(make_error(ErrorKind::PreconditionFailed, std::string(kPreconditionFailed),
                         "The attachment has been changed in the meantime; read it again first.")
                  .with("version", current));
}

Failure key_taken(const std::string& key) {
  return fail(ErrorKind::Conflict, "blob-key-taken", "These bytes are recorded already; upload them again.",
              "blob key " + key + " has a row with another owner, store, size or digest");
}

Failure too_large_to_count() {
  return fail(ErrorKind::InvalidArgument, "size-out-of-range", "The size is beyond what can be recorded.");
}

std::optional<Error> quota_exceeded(const Usage& used, const Usage& more, const Quota& quota) {
  if (exceeds(used.bytes, more.bytes, quota.bytes)) {
    return quota_error("This would exceed your quota of " + format_byte_count(*quota.bytes) + "; remove files first.",
                       *quota.bytes, used.bytes);
  }
  if (exceeds(used.files, more.files, quota.files)) {
    return quota_error(
        "This would exceed your quota of " + std::to_string(*quota.files) + " files; remove files first.", *quota.files,
        used.files);
  }
  return std::nullopt;
}

Result<void> require_wanted(const Context& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::Cancelled, "cancelled", "The request was cancelled.");
  if (context.is_expired()) return fail(ErrorKind::Timeout, "timeout", "It took too long; try again.");
  return {};
}

}  // namespace holdall::catalog::detail
