#pragma once
// When keys are fetched again and until when old ones serve: time as values, no clock of its own.
#include <chrono>
#include <optional>

namespace holdall::auth {

struct RefreshTimes {
  std::chrono::milliseconds shortest = std::chrono::minutes(1);  ///< what the issuer says is bounded by these
  std::chrono::milliseconds longest = std::chrono::hours(24);
  std::chrono::milliseconds usual = std::chrono::minutes(10);  ///< where the issuer says nothing
  std::chrono::milliseconds grace = std::chrono::hours(24);    ///< how long keys go on when newer cannot be had
  /// Tokens with an unknown key may cause one fetch in this time: forgers must not make us a flood.
  std::chrono::milliseconds between_demands = std::chrono::seconds(30);
};

class RefreshSchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit RefreshSchedule(RefreshTimes times) : times_(times) {}

  void begin(TimePoint now) { last_attempt_ = now; }
  void succeed(TimePoint now, std::optional<std::chrono::seconds> max_age);
  /// Tries again after kFirstRetry, then twice as long each time, at most kLastRetry.
  void fail(TimePoint now);

  /// True when the last attempt began long enough ago.
  bool may_begin_on_demand(TimePoint now) const;

  /// When to fetch next: at four fifths of the keys' lifetime, so that they are never missed; at once at the start.
  TimePoint next() const { return next_; }

  /// When the keys are too old to serve; nothing when none were fetched.
  std::optional<TimePoint> keys_end() const { return keys_end_; }

  static constexpr std::chrono::seconds kFirstRetry{10};
  static constexpr std::chrono::seconds kLastRetry{300};

 private:
  RefreshTimes times_;
  TimePoint next_ = TimePoint::min();
  std::optional<TimePoint> last_attempt_;
  std::optional<TimePoint> keys_end_;
  int failures_ = 0;
};

}  // namespace holdall::auth
