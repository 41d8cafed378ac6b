#include "http/request_ids.h"

#include <algorithm>
#include <span>

#include "base/random.h"

namespace holdall::http {

RequestIds::RequestIds() : state_(0) { fill_random(std::as_writable_bytes(std::span(&state_, 1))); }

// SplitMix64 (Steele, Lea, Flood 2014): a bijection of a counter, so no id repeats before all 2^64 have been used.
void RequestIds::assign_next(std::string& id) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t kLength = 12;
  std::uint64_t value = state_ += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  value ^= value >> 31;
  id.resize(kLength);
  for (char& c : id) {
    c = kAlphabet[value % kAlphabet.size()];
    value /= kAlphabet.size();
  }
}

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace holdall::http
