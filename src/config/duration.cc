#include "config/duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace holdall::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t micros;
};

// Largest first: format_duration takes the first that divides evenly.
constexpr std::array<Unit, 6> kUnits{
    {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"min", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

std::int64_t micros_of(std::string_view unit) {
  if (unit == "m") return micros_of("min");
  for (const Unit& known : kUnits) {
    if (known.name == unit) return known.micros;
  }
  return 0;
}

}  // namespace

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::microseconds(0);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || text.starts_with('-')) return std::nullopt;
  const std::int64_t unit = micros_of({rest, end});
  if (unit == 0 || number > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
  return std::chrono::microseconds(number * unit);
}

std::string format_duration(std::chrono::microseconds duration) {
  if (duration.count() == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (duration.count() % unit.micros == 0) {
      return std::to_string(duration.count() / unit.micros) + std::string(unit.name);
    }
  }
  return std::to_string(duration.count()) + "us";
}

}  // namespace holdall::config
