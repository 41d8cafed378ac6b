#pragma once
// Which subjects are user ids themselves, and where the ids of all others begin.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ids.h"

namespace holdall::catalog::detail {

/// Ids given out for subjects that are no decimal numbers lie above it.
inline constexpr std::int64_t kLastDecimalBound = std::int64_t{1} << 40;

/// The id that a canonical decimal subject (no sign, no leading zero) below 2^40 stands for.
inline std::optional<UserId> decimal_subject(std::string_view subject) {
  std::int64_t value = 0;
  const char* end = subject.data() + subject.size();
  const auto [stop, code] = std::from_chars(subject.data(), end, value);
  if (code != std::errc() || stop != end || value < 0 || value >= kLastDecimalBound) return std::nullopt;
  const bool is_canonical = subject.front() != '-' && (subject.front() != '0' || subject.size() == 1);
  if (!is_canonical) return std::nullopt;
  return UserId{value};
}

}  // namespace holdall::catalog::detail
