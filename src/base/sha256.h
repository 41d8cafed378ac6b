#pragma once
// SHA-256 (FIPS 180-4) over a stream, on OpenSSL (SHA-NI where the processor has it).
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdall {

struct Sha256Digest {
  std::array<std::byte, 32> bytes{};
  friend bool operator==(const Sha256Digest&, const Sha256Digest&) = default;
};

std::string to_hex(const Sha256Digest& digest);
std::optional<Sha256Digest> parse_sha256(std::string_view hex);

/// Feeds bytes in pieces of any size. Not thread-safe; may be moved between threads.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  /// The digest of all bytes so far; the object must not be fed afterwards.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(std::span<const std::byte> bytes);

}  // namespace holdall
