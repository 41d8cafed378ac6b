#pragma once
// How files are looked into: by whom, how many at a time, and what each may use.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace holdall::config {
class Schema;
}

namespace holdall::media {

enum class Strictness : std::uint8_t {
  Strict,      ///< no start without the layers every supported system has
  BestEffort,  ///< what does not hold is said in the log
};

struct Config {
  bool enabled = true;
  std::filesystem::path program;  ///< empty: holdall-media beside this program
  Strictness sandbox = Strictness::Strict;
  unsigned concurrency = 0;  ///< files looked into at a time; 0: one for each processor
  std::size_t queue = 256;   ///< requests that may wait for their turn
  std::uint64_t memory = std::uint64_t{1} << 30;
  std::uint64_t max_pixels = 100'000'000;
  std::chrono::seconds timeout{20};
  std::chrono::seconds recognition_timeout{60};
};

/// Declares the keys of section [media].
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::media
