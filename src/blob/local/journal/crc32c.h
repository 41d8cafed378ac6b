#pragma once
// CRC-32C (Castagnoli; RFC 3720 appendix B.4): tells a torn or stale journal frame from a whole one. Not a defence
// against forgery; what is forged lacks the random life of its segment (frame.h).
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall::blob::local {

namespace detail {

consteval std::array<std::uint32_t, 256> crc32c_table() {
  constexpr std::uint32_t kReversedPolynomial = 0x82f63b78;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1) != 0 ? kReversedPolynomial : 0);
    table[i] = value;
  }
  return table;
}

inline constexpr auto kCrc32cTable = crc32c_table();

}  // namespace detail

/// One byte a step: frames' heads are small (100 bytes a blob), a faster way would not show.
inline std::uint32_t crc32c(std::span<const std::byte> bytes) {
  std::uint32_t value = 0xffffffff;
  for (const std::byte byte : bytes) {
    value = (value >> 8) ^ detail::kCrc32cTable[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xff];
  }
  return value ^ 0xffffffff;
}

}  // namespace holdall::blob::local
