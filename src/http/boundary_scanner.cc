#include "http/boundary_scanner.h"

#include <algorithm>
#include <cstring>

#include "base/encoding.h"

namespace holdall::http {

namespace {
constexpr std::size_t kLineEnd = 2;  // CRLF
}

BoundaryScanner::BoundaryScanner(std::string_view boundary) : delimiter_("\r\n--") { delimiter_ += boundary; }

void BoundaryScanner::begin_line() { matched_ = imagined_ = kLineEnd; }

BoundaryScanner::Step BoundaryScanner::scan(std::span<const std::byte> input) {
  if (matched_ > 0) {
    const Step step = resume(input);
    if (step.found || step.consumed > 0 || !step.data.empty()) return step;
  }
  return search(input);
}

/// Goes on with a delimiter that began in an earlier piece.
BoundaryScanner::Step BoundaryScanner::resume(std::span<const std::byte> input) {
  const auto wanted = as_bytes(delimiter_).subspan(matched_);
  const std::size_t most = std::min(wanted.size(), input.size());
  std::size_t length = 0;
  while (length < most && wanted[length] == input[length])
    ++length;
  work_ += length + 1;
  matched_ += length;
  if (matched_ == delimiter_.size()) {
    matched_ = imagined_ = 0;
    return {.data = {}, .consumed = length, .found = true};
  }
  if (length == input.size()) return {.data = {}, .consumed = length, .found = false};
  const auto held_back = as_bytes(delimiter_).subspan(imagined_, matched_ - imagined_);
  matched_ = imagined_ = 0;
  return {.data = held_back, .consumed = length, .found = false};
}

/// Plain pointers: this loop sees every byte of every form, and a hostile one stops it at each of them.
BoundaryScanner::Step BoundaryScanner::search(std::span<const std::byte> input) {
  const auto text = as_text(input);
  const char* const end = text.data() + text.size();
  const char* position = text.data();
  const char* const wanted = delimiter_.data();
  const std::size_t wanted_size = delimiter_.size();
  std::uint64_t compared = 0;
  Step step{.data = input, .consumed = input.size(), .found = false};
  while (position != end) {
    // A mismatch often stands on the next CR already: the call would cost more than all the rest.
    const char* const start =
        *position == '\r'
            ? position
            : static_cast<const char*>(std::memchr(position, '\r', static_cast<std::size_t>(end - position)));
    if (start == nullptr) break;
    const std::size_t most = std::min(wanted_size, static_cast<std::size_t>(end - start));
    std::size_t length = 1;
    while (length < most && start[length] == wanted[length])
      ++length;
    compared += length + 1;
    position = start + length;
    if (length < most) continue;
    step.data = input.first(static_cast<std::size_t>(start - text.data()));
    step.consumed = static_cast<std::size_t>(position - text.data());
    step.found = length == wanted_size;
    if (!step.found) matched_ = length;
    break;
  }
  work_ += step.consumed + compared;
  return step;
}

}  // namespace holdall::http
