#pragma once
// Sizes as people write them in configuration: "10MiB", "2GB", "4096".
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdall {

/// Takes digits and an optional unit: B, KiB MiB GiB TiB (powers of 1024), kB KB MB GB TB (powers of 1000); nothing for
/// anything else or past 2^63-1.
std::optional<std::uint64_t> parse_byte_count(std::string_view text);

/// The largest binary unit that divides it evenly: 10485760 -> "10MiB", 1000 -> "1000B".
std::string format_byte_count(std::uint64_t bytes);

}  // namespace holdall
