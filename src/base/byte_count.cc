#include "base/byte_count.h"

#include <array>
#include <charconv>
#include <limits>

namespace holdall {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Binary units stand largest first: format_byte_count takes the first that divides evenly.
constexpr std::array<Unit, 5> kBinaryUnits{
    {{"TiB", 1ULL << 40}, {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}}};
constexpr std::array<Unit, 5> kDecimalUnits{
    {{"TB", 1'000'000'000'000}, {"GB", 1'000'000'000}, {"MB", 1'000'000}, {"KB", 1'000}, {"kB", 1'000}}};

constexpr std::uint64_t kMaximum = std::numeric_limits<std::int64_t>::max();

std::optional<std::uint64_t> factor_of(std::string_view unit) {
  if (unit.empty()) return 1;
  for (const Unit& known : kBinaryUnits) {
    if (known.name == unit) return known.factor;
  }
  for (const Unit& known : kDecimalUnits) {
    if (known.name == unit) return known.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_byte_count(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest == text.data()) return std::nullopt;
  const auto factor = factor_of({rest, end});
  if (!factor || number > kMaximum / *factor) return std::nullopt;
  return number * *factor;
}

std::string format_byte_count(std::uint64_t bytes) {
  if (bytes == 0) return "0B";
  for (const Unit& unit : kBinaryUnits) {
    if (bytes % unit.factor == 0) return std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return std::to_string(bytes) + "B";
}

}  // namespace holdall
