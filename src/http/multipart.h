#pragma once
// Reads multipart/form-data (RFC 7578, RFC 2046) from a stream of pieces of any size. No sockets, no copies of bodies.
//
//   parser.feed(piece);                    // the piece must stay as it is until next() says NeedMore
//   while (...) { auto event = parser.next(); ... }
//   parser.finish();                       // the stream has ended
//
// Events of a good form: (PartBegin PartData* PartEnd)* MultipartEnd, with NeedMore wherever a piece is used up. A part
// has come whole only when its PartEnd is there, a form only when MultipartEnd is: commit nothing earlier.
// Strict where two readers could differ: bare line feeds, folded or repeated fields, repeated parameters and lines that
// begin with the boundary but go on are refused. `filename*` and Content-Transfer-Encoding are ignored (RFC 7578
// sections 4.2 and 4.7). Every limit refuses; nothing is ever cut. Linear in the length of the stream.
// After an error every call gives that error again. One thread at a time.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "http/boundary_scanner.h"

namespace holdall::http {

struct MultipartLimits {
  std::size_t parts = 1000;
  std::size_t headers_per_part = 16;
  std::size_t part_header_bytes = 8192;
  std::size_t preamble_bytes = 1024;  ///< nothing that speaks HTTP sends one, but some begin with an empty line
  std::size_t epilogue_bytes = 1024;
};

struct PartBegin {
  std::string name;                     ///< of the form's field
  std::optional<std::string> filename;  ///< empty, but there, where a browser sends a file input left alone
  std::string content_type;             ///< as sent; empty where none was
  friend bool operator==(const PartBegin&, const PartBegin&) = default;
};

/// Points into the piece that was fed or into the parser: good until the next call of feed or next.
struct PartData {
  std::span<const std::byte> bytes;  ///< never empty
};

struct PartEnd {};
struct MultipartEnd {};
struct NeedMore {};

using MultipartEvent = std::variant<NeedMore, PartBegin, PartData, PartEnd, MultipartEnd>;

/// The boundary of a Content-Type; Unsupported "multipart-expected" when it is not multipart/form-data,
/// InvalidArgument "multipart-bad-boundary" when there is no boundary by the grammar of RFC 2046.
Result<std::string> parse_multipart_boundary(std::string_view content_type);

/// 1 to 70 characters of RFC 2046's bchars, the last of them no space.
bool is_multipart_boundary(std::string_view text);

class MultipartParser {
 public:
  /// Throws std::invalid_argument when `boundary` did not come from parse_multipart_boundary.
  MultipartParser(std::string_view boundary, const MultipartLimits& limits);
  MultipartParser(const MultipartParser&) = delete;
  MultipartParser& operator=(const MultipartParser&) = delete;

  /// The next bytes of the stream. Only after NeedMore: what was fed before must be used up.
  void feed(std::span<const std::byte> piece);

  /// What comes next; InvalidArgument with a code "multipart-..." when the form is broken or too large.
  Result<MultipartEvent> next();

  /// Says that the stream has ended: an error when the form had not.
  Result<void> finish() const;

  /// Bytes looked at so far, each look counted: stays within a small multiple of the bytes fed.
  std::uint64_t work() const { return scanner_.work() + work_; }

 private:
  enum class State { Preamble, BoundaryTail, Headers, Body, PartDone, Closed, Epilogue };

  Result<MultipartEvent> step();
  std::span<const std::byte> read_until_boundary();
  Result<void> skip_preamble();
  Result<void> skip_epilogue();
  Result<void> read_boundary_tail();
  Result<void> end_of_boundary_line(State following);
  Result<void> read_header_line();
  Result<void> judge_header_line(std::string_view line);
  Result<void> judge_disposition(std::string_view value);
  Result<void> end_of_headers();
  void begin_headers();

  MultipartLimits limits_;
  BoundaryScanner scanner_;
  std::span<const std::byte> input_;
  State state_ = State::Preamble;
  State after_part_ = State::Headers;  ///< where PartDone leads
  bool in_part_ = false;
  std::string line_;  ///< the header or boundary line being read
  PartBegin part_;
  bool has_disposition_ = false;
  bool has_content_type_ = false;
  std::size_t parts_ = 0;
  std::size_t headers_ = 0;
  std::size_t header_bytes_ = 0;
  std::size_t preamble_bytes_ = 0;
  std::size_t epilogue_bytes_ = 0;
  std::uint64_t work_ = 0;
  std::optional<Error> error_;
};

}  // namespace holdall::http
