#include "base/random.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>

#include <sys/random.h>

namespace holdall {

void fill_random(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("getrandom gave no random bytes");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::string random_name(std::size_t length) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  // 252 is the largest multiple of 36 in a byte: bytes above it are drawn again so that no character is more likely.
  constexpr unsigned kFairLimit = 252;
  std::string name;
  name.reserve(length);
  std::array<std::byte, 64> pool{};
  while (name.size() < length) {
    const std::size_t wanted = std::min(pool.size(), length - name.size());
    fill_random(std::span(pool).first(wanted));
    for (const std::byte drawn : std::span(pool).first(wanted)) {
      const auto value = std::to_integer<unsigned>(drawn);
      if (value < kFairLimit) name += kAlphabet[value % kAlphabet.size()];
    }
  }
  return name;
}

}  // namespace holdall
