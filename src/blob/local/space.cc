#include "blob/local/space.h"

#include <fmt/format.h>

#include "blob/errors.h"

namespace holdall::blob::local {
namespace {

constexpr std::chrono::steady_clock::duration kInterval = std::chrono::seconds(1);

}  // namespace

Space::Room& Space::Room::operator=(Room&& other) noexcept {
  if (this == &other) return *this;
  end();
  owner_ = std::exchange(other.owner_, nullptr);
  bytes_ = other.bytes_;
  return *this;
}

void Space::Room::end() {
  Space* const owner = std::exchange(owner_, nullptr);
  if (owner == nullptr) return;
  std::lock_guard lock(owner->mutex_);
  owner->taken_ -= bytes_;
  owner->used_ += bytes_;
}

void Space::refresh() {
  std::lock_guard question(asking_);
  std::uint64_t used_before = 0;
  {
    std::lock_guard lock(mutex_);
    used_before = used_;
  }
  const std::uint64_t answer = disk_.free_bytes(folder_);
  next_ = (std::chrono::steady_clock::now() + kInterval).time_since_epoch().count();
  std::lock_guard lock(mutex_);
  free_ = answer;
  used_ -= used_before;
}

bool Space::is_due() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  auto next = next_.load(std::memory_order_relaxed);
  return now >= next && next_.compare_exchange_strong(next, now + kInterval.count());
}

std::uint64_t Space::free_bytes() const {
  std::lock_guard lock(mutex_);
  return free_;
}

bool Space::fits(std::uint64_t bytes) const {
  std::uint64_t left = free_;
  for (const std::uint64_t less : {reserve_, taken_, used_, bytes}) {
    if (left < less) return false;
    left -= less;
  }
  return true;
}

bool Space::has_room(std::uint64_t bytes) const {
  std::lock_guard lock(mutex_);
  return fits(bytes);
}

Failure Space::no_room(std::uint64_t bytes) const {
  std::lock_guard lock(mutex_);
  return fail(store_full(
      fmt::format("{} bytes free, {} of them taken, {} wanted, {} kept back", free_, taken_ + used_, bytes, reserve_)));
}

Result<void> Space::require(std::uint64_t bytes) const {
  if (has_room(bytes)) return {};
  return no_room(bytes);
}

std::optional<Space::Room> Space::try_take(std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  if (!fits(bytes)) return std::nullopt;
  taken_ += bytes;
  return Room(*this, bytes);
}

Result<Space::Room> Space::take(std::uint64_t bytes) {
  if (auto room = try_take(bytes)) return *std::move(room);
  refresh();
  if (auto room = try_take(bytes)) return *std::move(room);
  return no_room(bytes);
}

}  // namespace holdall::blob::local
