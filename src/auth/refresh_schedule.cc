#include "auth/refresh_schedule.h"

#include <algorithm>

namespace holdall::auth {

void RefreshSchedule::succeed(TimePoint now, std::optional<std::chrono::seconds> max_age) {
  std::chrono::milliseconds lifetime = times_.usual;
  // Compared in seconds: an absurd max-age must not overflow on its way to milliseconds.
  if (max_age) {
    lifetime = *max_age >= std::chrono::ceil<std::chrono::seconds>(times_.longest)
                   ? times_.longest
                   : std::max<std::chrono::milliseconds>(*max_age, times_.shortest);
  }
  failures_ = 0;
  next_ = now + lifetime * 4 / 5;
  keys_end_ = now + lifetime + times_.grace;
}

void RefreshSchedule::fail(TimePoint now) {
  failures_ = std::min(failures_ + 1, 16);
  next_ = now + std::min<std::chrono::seconds>(kFirstRetry * (1 << (failures_ - 1)), kLastRetry);
}

bool RefreshSchedule::may_begin_on_demand(TimePoint now) const {
  return !last_attempt_ || now - *last_attempt_ >= times_.between_demands;
}

}  // namespace holdall::auth
