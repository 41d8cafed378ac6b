#include "attachment/reservations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/byte_count.h"

namespace holdall::attachment {

Reservation::Reservation(Reservation&& other) noexcept { *this = std::move(other); }

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  release();
  owner_ = std::exchange(other.owner_, nullptr);
  user_ = other.user_;
  used_ = other.used_;
  quota_ = other.quota_;
  held_ = std::exchange(other.held_, {});
  return *this;
}

Reservation::~Reservation() { release(); }

void Reservation::release() {
  if (owner_ != nullptr) owner_->subtract(user_, held_);
  held_ = {};
}

Result<void> Reservation::cover(std::uint64_t bytes, std::uint64_t files) {
  if (owner_ == nullptr) return {};
  const catalog::Usage more{bytes - std::min(bytes, held_.bytes), files - std::min(files, held_.files)};
  if (more == catalog::Usage{}) return {};
  HOLDALL_TRY_VOID(owner_->add(user_, used_, quota_, more));
  held_.bytes += more.bytes;
  held_.files += more.files;
  return {};
}

Reservation Reservations::open(UserId user, catalog::Usage used, catalog::Quota quota) {
  Reservation reservation;
  if (!quota.bytes && !quota.files) return reservation;
  reservation.owner_ = this;
  reservation.user_ = user;
  reservation.used_ = used;
  reservation.quota_ = quota;
  return reservation;
}

catalog::Usage Reservations::held(UserId user) const {
  std::lock_guard lock(mutex_);
  const auto found = held_.find(user);
  return found == held_.end() ? catalog::Usage{} : found->second;
}

Result<void> Reservations::add(UserId user, const catalog::Usage& used, const catalog::Quota& quota,
                               const catalog::Usage& more) {
  // Written so that no sum can wrap: what is left is computed by subtraction.
  const auto fits = [](std::uint64_t limit, std::uint64_t taken, std::uint64_t held, std::uint64_t wanted) {
    const std::uint64_t left = limit - std::min(limit, taken);
    return held <= left && wanted <= left - held;
  };
  std::lock_guard lock(mutex_);
  catalog::Usage& held = held_[user];
  const bool bytes_fit = !quota.bytes || more.bytes == 0 || fits(*quota.bytes, used.bytes, held.bytes, more.bytes);
  const bool files_fit = !quota.files || more.files == 0 || fits(*quota.files, used.files, held.files, more.files);
  if (bytes_fit && files_fit) {
    held.bytes += more.bytes;
    held.files += more.files;
    return {};
  }
  if (held == catalog::Usage{}) held_.erase(user);
  return fail(bytes_fit ? quota_exceeded("files", used.files, *quota.files)
                        : quota_exceeded("bytes", used.bytes, *quota.bytes));
}

void Reservations::subtract(UserId user, const catalog::Usage& less) {
  std::lock_guard lock(mutex_);
  const auto found = held_.find(user);
  if (found == held_.end()) return;
  found->second.bytes -= less.bytes;
  found->second.files -= less.files;
  if (found->second == catalog::Usage{}) held_.erase(found);
}

Error quota_exceeded(std::string_view what, std::uint64_t used, std::uint64_t limit) {
  const bool bytes = what == "bytes";
  std::string message = "Your quota has no room for this: ";
  message += bytes ? format_byte_count(used) : std::to_string(used) + " files";
  message +=
      " of " + (bytes ? format_byte_count(limit) : std::to_string(limit)) + " are in use. Delete something first.";
  return make_error(ErrorKind::QuotaExceeded, "quota-exceeded", std::move(message))
      .with("limit", static_cast<std::int64_t>(limit))
      .with("used", static_cast<std::int64_t>(used));
}

}  // namespace holdall::attachment
