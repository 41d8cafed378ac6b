#include "blob/key.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.h"

namespace holdall::blob {
namespace {

constexpr std::size_t kLongestKey = 200;
constexpr std::ptrdiff_t kMostSegments = 8;
// 12 characters of 36 are 62 bits: with 10,000 keys of one owner in one second a clash has a chance of 1 in 10^11.
constexpr std::size_t kRandomCharacters = 12;

bool is_key_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '.' || c == '/';
}

}  // namespace

Key Key::make(UserId owner, Timestamp now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  return Key(fmt::format("{}/{:04}/{:02}/{:02}/{:02}{:02}{:02}_{}", owner.value, static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                         time.minutes().count(), time.seconds().count(), random_name(kRandomCharacters)));
}

std::optional<Key> Key::parse(std::string_view text) {
  if (text.empty() || text.size() > kLongestKey) return std::nullopt;
  if (!std::ranges::all_of(text, is_key_character)) return std::nullopt;
  if (std::ranges::count(text, '/') >= kMostSegments || text.back() == '/') return std::nullopt;
  // A segment is empty or hidden exactly where '/' or '.' stands at the start or behind a '/'.
  char previous = '/';
  for (const char c : text) {
    if (previous == '/' && (c == '/' || c == '.')) return std::nullopt;
    previous = c;
  }
  return Key(std::string(text));
}

}  // namespace holdall::blob
