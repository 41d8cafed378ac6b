#pragma once
// Lengths of time as people write them: "500ms", "10s", "24h".
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdall::config {

/// Takes digits and one unit: us, ms, s, min (or m), h, d; "0" alone is zero. Nothing for anything else or past 2^63-1
/// microseconds.
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

/// The largest unit that divides it evenly: 86400 s -> "1d", 1500 ms -> "1500ms". Not for negative lengths.
std::string format_duration(std::chrono::microseconds duration);

}  // namespace holdall::config
