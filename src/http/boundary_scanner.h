#pragma once
// Finds "\r\n--boundary" in a stream that arrives in pieces (RFC 2046 section 5.1.1), without copying the stream.
//
// The delimiter holds a CR only at its first place, so after a mismatch nothing before the mismatching byte can begin
// another match: every byte is looked at a constant number of times, whatever the stream holds. What was held back
// because it might have become a delimiter is by definition a piece of the delimiter, and is given from there.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdall::http {

class BoundaryScanner {
 public:
  struct Step {
    std::span<const std::byte> data;  ///< bytes in front of the delimiter: a part of the input or of the scanner itself
    std::size_t consumed = 0;         ///< how much of the input is done with
    bool found = false;               ///< the delimiter ends exactly where `consumed` does
  };

  /// `boundary` holds no CR. The data of a step may point into the scanner: do not move it while that is in use.
  explicit BoundaryScanner(std::string_view boundary);

  /// From here on counts as the start of a line: the delimiter may come without its CRLF.
  void begin_line();

  /// Looks for the delimiter; call again with the rest of the input until all of it is consumed.
  Step scan(std::span<const std::byte> input);

  /// Bytes looked at since the beginning, each look counted.
  std::uint64_t work() const { return work_; }

 private:
  Step resume(std::span<const std::byte> input);
  Step search(std::span<const std::byte> input);

  std::string delimiter_;
  std::size_t matched_ = 0;   ///< how much of the delimiter the bytes so far end with
  std::size_t imagined_ = 0;  ///< how much of that was never in the stream (the CRLF in front of a first line)
  std::uint64_t work_ = 0;
};

}  // namespace holdall::http
