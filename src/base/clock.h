#pragma once
// Wall-clock time as it is stored and shown: UTC microseconds, RFC 3339.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdall {

/// A moment in UTC with microseconds, as the catalog keeps it.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The time of day, held still by tests. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The machine's clock; lives as long as the process.
const Clock& system_clock();

/// A clock a test moves by hand.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override { return now_; }
  void advance(std::chrono::microseconds by) { now_ += by; }

 private:
  Timestamp now_;
};

inline std::int64_t to_micros(Timestamp time) { return time.time_since_epoch().count(); }
inline Timestamp from_micros(std::int64_t micros) { return Timestamp(std::chrono::microseconds(micros)); }

/// "2026-11-22T17:50:10.812331Z" (RFC 3339, always six decimals).
std::string to_rfc3339(Timestamp time);

/// Takes RFC 3339 with any offset and 0 to 9 decimals (beyond microseconds cut off); nothing for anything else.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// "Sun, 22 Nov 2026 17:50:10 GMT" (RFC 9110 section 5.6.7, IMF-fixdate).
std::string to_http_date(Timestamp time);

/// All three forms of RFC 9110 section 5.6.7; nothing for anything else.
std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace holdall
