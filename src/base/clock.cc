#include "base/clock.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace holdall {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return floor<microseconds>(std::chrono::system_clock::now()); }
};

// Reads a date from left to right. Once something did not fit, every further step fails too: asked once, at the end.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool is_at_end() const { return !failed_ && rest_.empty(); }

  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }

  void skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return fail();
    rest_.remove_prefix(expected.size());
  }

  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_[0]) == std::string_view::npos) return fail(), '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail(), 0;
    int number = 0;
    for (std::size_t i = 0; i < count; ++i)
      number = number * 10 + (one_of("0123456789") - '0');
    return failed_ ? 0 : number;
  }

  /// The digits of a fraction of a second, 1 to 9, as microseconds.
  microseconds fraction() {
    std::size_t count = 0;
    std::int64_t micros = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; ++count, rest_.remove_prefix(1)) {
      if (count < 6) micros = micros * 10 + (rest_[0] - '0');
    }
    if (count == 0 || count > 9) fail();
    for (; count < 6; ++count)
      micros *= 10;
    return microseconds(micros);
  }

  /// The place in `names` of the one the text goes on with; names may not begin with one another.
  template <std::size_t N>
  unsigned name_in(const std::array<std::string_view, N>& names) {
    const auto found = std::ranges::find_if(names, [this](std::string_view name) { return rest_.starts_with(name); });
    if (found == names.end()) return fail(), 0;
    rest_.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin());
  }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

struct Fields {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  seconds time{};
};

// A leap second (:60, allowed by RFC 3339 and RFC 9110) counts as the second after it, as POSIX does.
seconds read_time(DateReader& reader) {
  const int hour = reader.digits(2);
  reader.skip(":");
  const int minute = reader.digits(2);
  reader.skip(":");
  const int second = reader.digits(2);
  if (hour > 23 || minute > 59 || second > 60) reader.one_of("");
  return hours(hour) + minutes(minute) + seconds(second);
}

std::optional<Timestamp> to_timestamp(const Fields& fields) {
  const year_month_day date{year(fields.year), month(fields.month), day(fields.day)};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + fields.time;
}

// RFC 9110 section 5.6.7: a two-digit year that seems more than 50 years in the future is one of the past.
int full_year(int two_digits) {
  const auto today = year_month_day(floor<days>(system_clock().now()));
  const int this_year = static_cast<int>(today.year());
  const int candidate = this_year - this_year % 100 + two_digits;
  return candidate > this_year + 50 ? candidate - 100 : candidate;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
Fields read_imf_fixdate(DateReader& reader) {
  Fields fields;
  reader.name_in(kDays);
  reader.skip(", ");
  fields.day = static_cast<unsigned>(reader.digits(2));
  reader.skip(" ");
  fields.month = reader.name_in(kMonths) + 1;
  reader.skip(" ");
  fields.year = reader.digits(4);
  reader.skip(" ");
  fields.time = read_time(reader);
  reader.skip(" GMT");
  return fields;
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
Fields read_rfc850_date(DateReader& reader) {
  Fields fields;
  reader.name_in(kLongDays);
  reader.skip(", ");
  fields.day = static_cast<unsigned>(reader.digits(2));
  reader.skip("-");
  fields.month = reader.name_in(kMonths) + 1;
  reader.skip("-");
  fields.year = full_year(reader.digits(2));
  reader.skip(" ");
  fields.time = read_time(reader);
  reader.skip(" GMT");
  return fields;
}

// "Sun Nov  6 08:49:37 1994"
Fields read_asctime_date(DateReader& reader) {
  Fields fields;
  reader.name_in(kDays);
  reader.skip(" ");
  fields.month = reader.name_in(kMonths) + 1;
  reader.skip(" ");
  if (reader.next_is(' ')) {
    reader.skip(" ");
    fields.day = static_cast<unsigned>(reader.digits(1));
  } else {
    fields.day = static_cast<unsigned>(reader.digits(2));
  }
  reader.skip(" ");
  fields.time = read_time(reader);
  reader.skip(" ");
  fields.year = reader.digits(4);
  return fields;
}

minutes read_offset(DateReader& reader) {
  const char sign = reader.one_of("Zz+-");
  if (sign != '+' && sign != '-') return minutes(0);
  const int offset_hours = reader.digits(2);
  reader.skip(":");
  const int offset_minutes = reader.digits(2);
  if (offset_hours > 23 || offset_minutes > 59) reader.one_of("");
  const minutes offset = hours(offset_hours) + minutes(offset_minutes);
  return sign == '-' ? -offset : offset;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_rfc3339(Timestamp time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss of_day(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), of_day.hours().count(),
                     of_day.minutes().count(), of_day.seconds().count(), of_day.subseconds().count());
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  DateReader reader(text);
  Fields fields;
  fields.year = reader.digits(4);
  reader.skip("-");
  fields.month = static_cast<unsigned>(reader.digits(2));
  reader.skip("-");
  fields.day = static_cast<unsigned>(reader.digits(2));
  reader.one_of("Tt");
  fields.time = read_time(reader);
  microseconds fraction{};
  if (reader.next_is('.')) {
    reader.skip(".");
    fraction = reader.fraction();
  }
  const minutes offset = read_offset(reader);
  if (!reader.is_at_end()) return std::nullopt;
  const auto local = to_timestamp(fields);
  if (!local) return std::nullopt;
  return *local + fraction - offset;
}

std::string to_http_date(Timestamp time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss of_day(floor<seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), of_day.hours().count(), of_day.minutes().count(),
                     of_day.seconds().count());
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  for (const auto read : {read_imf_fixdate, read_rfc850_date, read_asctime_date}) {
    DateReader reader(text);
    const Fields fields = read(reader);
    if (reader.is_at_end()) return to_timestamp(fields);
  }
  return std::nullopt;
}

}  // namespace holdall
