#pragma once
// HTTP/1.x requests out of bytes, without a socket: strict by RFC 9112, and stricter wherever two readers of the same
// bytes could disagree about where a message ends or whom it is for (docs/adr: our own tokenizer).
//
// The parser keeps nothing of its input but what a finished line said: the caller offers the same unconsumed bytes
// again with more behind them. What it answers depends on the bytes alone, never on how they were cut into pieces.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/fields.h"
#include "http/message.h"
#include "http/refusal.h"

namespace holdall::http {

/// What follows the head.
enum class Framing : std::uint8_t { NoBody, Length, Chunked };

enum class Expectation : std::uint8_t { None, Continue, Unknown };

struct RequestHead {
  Method method = Method::Get;
  int minor_version = 1;
  std::string target;               ///< as sent
  std::string_view path_and_query;  ///< points into target: what stands behind the authority; "*" for OPTIONS *
  Fields fields;
  Framing framing = Framing::NoBody;
  std::uint64_t content_length = 0;  ///< of Framing::Length
  bool keep_alive = true;
  Expectation expectation = Expectation::None;
};

/// Bounds on what a client may make the server hold or look through; each has a test at its edge.
struct ParserLimits {
  std::size_t target = 8000;            ///< RFC 9112 section 3 asks for 8000 octets at least
  std::size_t fields_bytes = 8 * 1024;  ///< all lines of the header section together, line ends included
  std::size_t fields_count = 100;
  std::size_t chunk_line = 512;             ///< a chunk's size with its extensions
  std::size_t chunk_extensions = 8 * 1024;  ///< of all chunks of a message together
  std::size_t trailer_bytes = 8 * 1024;
};

class RequestParser {
 public:
  enum class Event : std::uint8_t {
    NeedMore,  ///< the bytes left over are the beginning of something
    Head,      ///< head() is complete; may be followed by a body
    Body,      ///< a piece of the body, in `body`
    End,       ///< the message is complete; bytes left over belong to the next one
    Refused,   ///< see refusal(); stays so
  };
  struct Step {
    Event event;
    std::size_t consumed;             ///< how many bytes of the input are done with, those of `body` included
    std::span<const std::byte> body;  ///< points into the input
  };

  explicit RequestParser(ParserLimits limits = {}) : limits_(limits) {}

  /// Looks at bytes up to the next event. With enough input a Body piece is as long as the input allows.
  Step parse(std::span<const std::byte> input);

  /// Ready for the next message on the same connection; the memory of the last one is used again.
  void reset();

  /// Between two messages: gives memory back where the last one needed more than `kept` bytes.
  void shrink(std::size_t kept);

  /// Trailer fields of these names are kept in trailers(); all others are dropped. Call between Head and the body.
  /// Framing, routing and authentication never look at trailers.
  void keep_trailers(std::vector<std::string> names) { wanted_trailers_ = std::move(names); }

  const RequestHead& head() const { return head_; }
  RequestHead& head() { return head_; }
  const Fields& trailers() const { return trailers_; }
  Refusal refusal() const { return refusal_; }
  bool has_method() const { return has_method_; }
  bool has_begun() const { return state_ != State::RequestLine || blank_line_seen_; }
  bool is_at_end() const { return state_ == State::Done; }
  /// Bytes of the body still to come when the length was declared.
  std::uint64_t body_left() const { return body_left_; }

 private:
  enum class State : std::uint8_t {
    RequestLine,
    FieldLine,
    Announce,
    Body,
    ChunkLine,
    ChunkData,
    ChunkEnd,
    Trailer,
    Done,
    Refused
  };

  struct Line {
    std::string_view text;     ///< without its line end
    std::size_t consumed = 0;  ///< 0: not complete yet
  };

  Line take_line(std::string_view input, std::size_t limit, Refusal too_long);
  void on_request_line(std::string_view line);
  void on_target(std::string_view target);
  void on_field_line(std::string_view line, std::size_t bytes);
  void on_header_end();
  void on_chunk_line(std::string_view line);
  void on_chunk_end(std::string_view line);
  void on_trailer_line(std::string_view line, std::size_t bytes);
  Step take_body(std::span<const std::byte> input, std::size_t consumed);
  Step announce(std::size_t consumed);

  void check_host();
  void check_framing();
  void check_connection();
  void refuse(Refusal refusal);
  bool is_refused() const { return state_ == State::Refused; }

  ParserLimits limits_;
  State state_ = State::RequestLine;
  Refusal refusal_ = Refusal::None;
  bool blank_line_seen_ = false;
  bool has_method_ = false;
  std::size_t scanned_ = 0;        ///< bytes of the unfinished line known to hold no line end
  std::size_t section_bytes_ = 0;  ///< of the header or trailer lines so far
  std::size_t extension_bytes_ = 0;
  std::uint64_t body_left_ = 0;  ///< of the body, or of the chunk
  std::string_view authority_;   ///< of an absolute-form target
  RequestHead head_;
  Fields trailers_;
  std::vector<std::string> wanted_trailers_;
};

}  // namespace holdall::http
