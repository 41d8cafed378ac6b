#include "config/detail/nearest.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace holdall::config::detail {
namespace {

// Names longer than this are not mistyped settings; it also bounds the quadratic distance.
constexpr std::size_t kLongestName = 128;

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string_view last_word(std::string_view key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > kLongestName) return {};
  std::size_t best = std::numeric_limits<std::size_t>::max();
  std::string found;
  for (const std::string& candidate : known) {
    const std::size_t apart = distance(name, candidate);
    if (apart < best) {
      best = apart;
      found = candidate;
    }
  }
  if (best <= std::max<std::size_t>(2, name.size() / 4)) return found;
  const auto same_word =
      std::ranges::find_if(known, [&](const std::string& key) { return last_word(key) == last_word(name); });
  return same_word == known.end() ? std::string() : *same_word;
}

}  // namespace holdall::config::detail
