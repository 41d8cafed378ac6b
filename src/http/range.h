#pragma once
// Byte ranges: the Range field judged (RFC 9110 section 14), Content-Range and multipart/byteranges written.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::http {

/// Both ends belong to the range; last is below the size of what it is a range of.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct RangeSelection {
  enum class Kind {
    Whole,          ///< 200: no range asked for, or not one this server takes
    Partial,        ///< 206: `ranges` holds at least one
    Unsatisfiable,  ///< 416
  };
  Kind kind = Kind::Whole;
  std::vector<ByteRange> ranges;

  friend bool operator==(const RangeSelection&, const RangeSelection&) = default;
};

inline constexpr std::size_t kMaxRanges = 16;

/// What a Range field asks for of a representation of `size` bytes. A malformed field, another unit, or more than
/// kMaxRanges ranges: the whole. Ranges that touch or overlap become one, at the place of the first of them, so that
/// no answer repeats a byte (section 17.15); otherwise the order is the client's. Ranges beyond the end are left out.
/// Numbers too large for 64 bits count as the largest.
RangeSelection parse_range(std::string_view field, std::uint64_t size);

std::string content_range(const ByteRange& range, std::uint64_t size);  ///< "bytes 0-9/100"
std::string unsatisfied_content_range(std::uint64_t size);              ///< "bytes */100"

/// The frame of a 206 answer with several ranges (section 14.6). The body is, for each range i: head(i), the bytes of
/// the range; then tail(). Its length is known beforehand.
class ByteRangesFrame {
 public:
  /// `ranges` are disjoint and inside `size`, which is at most 2^62; `boundary` is random, of token characters.
  ByteRangesFrame(std::vector<ByteRange> ranges, std::uint64_t size, std::string_view media_type,
                  std::string_view boundary);

  std::string content_type() const;
  std::uint64_t content_length() const;
  const std::vector<ByteRange>& ranges() const { return ranges_; }
  std::string head(std::size_t index) const;
  std::string tail() const;

 private:
  std::vector<ByteRange> ranges_;
  std::uint64_t size_;
  std::string media_type_;
  std::string boundary_;
};

}  // namespace holdall::http
