// Ranges lie inside the representation, never overlap or touch, and are few; the frame says its own length. The first
// nine bytes are the size and how many of its bits count.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "http/range.h"

namespace {

using namespace holdall::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_ranges(const std::vector<ByteRange>& ranges, std::uint64_t size) {
  require(!ranges.empty() && ranges.size() <= kMaxRanges);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    require(ranges[i].first <= ranges[i].last && ranges[i].last < size);
    for (std::size_t j = 0; j < i; ++j) {
      const auto& low = ranges[i].first < ranges[j].first ? ranges[i] : ranges[j];
      const auto& high = ranges[i].first < ranges[j].first ? ranges[j] : ranges[i];
      require(low.last < high.first && high.first - low.last > 1);
    }
  }
}

void check_frame(const std::vector<ByteRange>& ranges, std::uint64_t size) {
  const ByteRangesFrame frame(ranges, size, "text/plain", "b");
  std::uint64_t length = frame.tail().size();
  for (std::size_t i = 0; i < ranges.size(); ++i)
    length += frame.head(i).size() + ranges[i].size();
  require(frame.content_length() == length && length > ranges[0].size());
}

/// What was chosen, asked for again, is chosen again.
void check_again(const std::vector<ByteRange>& ranges, std::uint64_t size) {
  std::string field = "bytes=";
  for (const auto& range : ranges)
    field += std::to_string(range.first) + "-" + std::to_string(range.last) + ",";
  const auto again = parse_range(field, size);
  require(again.kind == RangeSelection::Kind::Partial && again.ranges == ranges);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t length = 0;
  if (size < sizeof(length) + 1) return 0;
  std::memcpy(&length, data, sizeof(length));
  length >>= data[sizeof(length)] % 64U;
  const std::string field(reinterpret_cast<const char*>(data) + sizeof(length) + 1, size - sizeof(length) - 1);
  const auto selection = parse_range(field, length);
  if (selection.kind != RangeSelection::Kind::Partial) {
    require(selection.ranges.empty());
    return 0;
  }
  check_ranges(selection.ranges, length);
  check_again(selection.ranges, length);
  if (length <= std::uint64_t{1} << 62U) check_frame(selection.ranges, length);
  return 0;
}
