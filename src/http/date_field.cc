#include "http/date_field.h"

#include "base/clock.h"

namespace holdall::http {

std::string_view DateField::now() {
  timespec time{};
  // The coarse clock costs a memory read; a Date has whole seconds.
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  if (time.tv_sec != second_ || text_.empty()) {
    second_ = time.tv_sec;
    text_ = to_http_date(from_micros(static_cast<std::int64_t>(second_) * 1'000'000));
  }
  return text_;
}

}  // namespace holdall::http
