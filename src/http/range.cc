#include "http/range.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// `int-range / suffix-range`, before the size is known.
struct RangeSpec {
  bool is_suffix = false;
  std::uint64_t first = 0;     ///< not in a suffix range
  std::uint64_t last = kMost;  ///< in a suffix range its length
};

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    const auto digit = static_cast<std::uint64_t>(text[digits] - '0');
    number = number > (kMost - digit) / 10 ? kMost : number * 10 + digit;
  }
  text.remove_prefix(digits);
  return digits == 0 ? std::nullopt : std::optional(number);
}

std::optional<RangeSpec> parse_spec(std::string_view text) {
  const auto first = take_number(text);
  if (!text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto last = take_number(text);
  if (!text.empty() || (!first && !last)) return std::nullopt;
  const RangeSpec spec{.is_suffix = !first, .first = first.value_or(0), .last = last.value_or(kMost)};
  return spec.last >= spec.first ? std::optional(spec) : std::nullopt;
}

/// Nothing when the field is to be ignored.
std::optional<std::vector<RangeSpec>> parse_specs(std::string_view field) {
  const auto equals = field.find('=');
  if (equals == std::string_view::npos || !equals_ignoring_case(field.substr(0, equals), "bytes")) return std::nullopt;
  std::vector<RangeSpec> specs;
  auto rest = field.substr(equals + 1);
  while (true) {
    const auto comma = rest.find(',');
    const auto element = trim(rest.substr(0, comma));
    if (!element.empty()) {  // section 5.6.1.2: empty elements do not count
      const auto spec = parse_spec(element);
      if (!spec || specs.size() == kMaxRanges) return std::nullopt;
      specs.push_back(*spec);
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return specs.empty() ? std::nullopt : std::optional(std::move(specs));
}

/// The range within `size` (not zero), or nothing when it lies beyond the end.
std::optional<ByteRange> resolve(const RangeSpec& spec, std::uint64_t size) {
  if (spec.is_suffix) {
    if (spec.last == 0) return std::nullopt;
    return ByteRange{.first = size - std::min(spec.last, size), .last = size - 1};
  }
  if (spec.first >= size) return std::nullopt;
  return ByteRange{.first = spec.first, .last = std::min(spec.last, size - 1)};
}

bool touch(const ByteRange& a, const ByteRange& b) {
  return (a.first <= b.last || a.first - b.last == 1) && (b.first <= a.last || b.first - a.last == 1);
}

/// Adds `range`; what it touches joins the first of them. A join can make earlier ranges touch, so it starts over:
/// at most kMaxRanges times.
void add_joined(std::vector<ByteRange>& ranges, ByteRange range) {
  auto place = ranges.size();
  for (std::size_t i = 0; i < ranges.size();) {
    if (!touch(ranges[i], range)) {
      ++i;
      continue;
    }
    range = {.first = std::min(range.first, ranges[i].first), .last = std::max(range.last, ranges[i].last)};
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(i));
    place = std::min(place, i);
    i = 0;
  }
  ranges.insert(ranges.begin() + static_cast<std::ptrdiff_t>(std::min(place, ranges.size())), range);
}

}  // namespace

RangeSelection parse_range(std::string_view field, std::uint64_t size) {
  using enum RangeSelection::Kind;
  const auto specs = parse_specs(field);
  if (!specs) return {.kind = Whole, .ranges = {}};
  if (size == 0) {
    // Section 14.1.2: a suffix of at least one byte is satisfiable by all of an empty representation, but no
    // Content-Range can say so.
    const bool suffix =
        std::ranges::any_of(*specs, [](const RangeSpec& spec) { return spec.is_suffix && spec.last > 0; });
    return {.kind = suffix ? Whole : Unsatisfiable, .ranges = {}};
  }
  RangeSelection selection{.kind = Unsatisfiable, .ranges = {}};
  for (const auto& spec : *specs) {
    if (const auto range = resolve(spec, size)) add_joined(selection.ranges, *range);
  }
  if (!selection.ranges.empty()) selection.kind = Partial;
  return selection;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) { return "bytes */" + std::to_string(size); }

ByteRangesFrame::ByteRangesFrame(std::vector<ByteRange> ranges, std::uint64_t size, std::string_view media_type,
                                 std::string_view boundary)
    : ranges_(std::move(ranges)), size_(size), media_type_(media_type), boundary_(boundary) {}

std::string ByteRangesFrame::content_type() const { return "multipart/byteranges; boundary=" + boundary_; }

std::uint64_t ByteRangesFrame::content_length() const {
  std::uint64_t length = tail().size();
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    length += head(i).size() + ranges_[i].size();
  return length;
}

std::string ByteRangesFrame::head(std::size_t index) const {
  return (index == 0 ? "--" : "\r\n--") + boundary_ + "\r\nContent-Type: " + media_type_ +
         "\r\nContent-Range: " + content_range(ranges_.at(index), size_) + "\r\n\r\n";
}

std::string ByteRangesFrame::tail() const { return "\r\n--" + boundary_ + "--\r\n"; }

}  // namespace holdall::http
