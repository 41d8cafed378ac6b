#include "http/multipart.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "http/disposition.h"
#include "http/media_type.h"

namespace holdall::http {

namespace {

constexpr std::size_t kMaxBoundary = 70;          // RFC 2046 section 5.1.1
constexpr std::size_t kMaxTransportPadding = 64;  // white space after a boundary: gateways add a few blanks at most

Failure refuse(std::string code, std::string message) {
  return fail(ErrorKind::InvalidArgument, "multipart-" + std::move(code), std::move(message));
}

bool is_boundary_char(char c) {
  constexpr std::string_view kOthers = "'()+_,-./:=? ";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kOthers.contains(c);
}

bool has_forbidden_control(std::string_view line) {
  return std::ranges::any_of(line, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

/// The three escapes with which browsers write names (WHATWG HTML, "multipart/form-data encoding algorithm").
std::string decode_form_escapes(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const auto escape = text.substr(0, 3);
    const bool quote = escape == "%22";
    const bool line_feed = equals_ignoring_case(escape, "%0A");
    if (quote || line_feed || equals_ignoring_case(escape, "%0D")) {
      decoded.push_back(quote ? '"' : line_feed ? '\n' : '\r');
      text.remove_prefix(escape.size());
    } else {
      decoded.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return decoded;
}

/// A name as a person reads it; `what` says whose, for the message.
Result<std::string> decode_name(std::string_view raw, const std::string& what) {
  std::string name = decode_form_escapes(raw);
  if (!is_utf8(name)) return refuse("bad-name", "The " + what + " in the form is not valid UTF-8.");
  if (has_control_character(name)) {
    return refuse("bad-name", "The " + what + " in the form holds a control character; choose another name.");
  }
  return name;
}

}  // namespace

bool is_multipart_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBoundary && std::ranges::all_of(text, is_boundary_char) &&
         text.back() != ' ';
}

Result<std::string> parse_multipart_boundary(std::string_view content_type) {
  const auto type = parse_media_type(content_type);
  if (!type || type->essence() != "multipart/form-data") {
    return fail(ErrorKind::Unsupported, "multipart-expected", "The body must be sent as multipart/form-data.");
  }
  const auto* boundary = find_parameter(type->parameters, "boundary");
  if (boundary == nullptr || !is_multipart_boundary(*boundary)) {
    return refuse("bad-boundary", "The Content-Type needs a boundary of 1 to 70 characters as RFC 2046 allows them.");
  }
  return *boundary;
}

MultipartParser::MultipartParser(std::string_view boundary, const MultipartLimits& limits)
    : limits_(limits), scanner_(boundary) {
  if (!is_multipart_boundary(boundary)) throw std::invalid_argument("not a multipart boundary");
  scanner_.begin_line();
}

void MultipartParser::feed(std::span<const std::byte> piece) {
  if (!input_.empty() && !error_) throw std::logic_error("a multipart parser was fed before it asked for more");
  input_ = piece;
}

Result<MultipartEvent> MultipartParser::next() {
  if (error_) return fail(*error_);
  auto event = step();
  if (!event) error_ = event.error();
  return event;
}

Result<void> MultipartParser::finish() const {
  if (error_) return fail(*error_);
  if (state_ == State::Closed || state_ == State::Epilogue) return {};
  return refuse("truncated", "The form ended before its last boundary; send it again.");
}

Result<MultipartEvent> MultipartParser::step() {
  while (true) {
    if (state_ == State::PartDone) {
      state_ = after_part_;
      return PartEnd{};
    }
    if (state_ == State::Closed) {
      state_ = State::Epilogue;
      return MultipartEnd{};
    }
    if (input_.empty()) return NeedMore{};
    switch (state_) {
      case State::Preamble: HOLDALL_TRY_VOID(skip_preamble()); break;
      case State::BoundaryTail: HOLDALL_TRY_VOID(read_boundary_tail()); break;
      case State::Headers:
        HOLDALL_TRY_VOID(read_header_line());
        if (state_ == State::Body) return std::exchange(part_, {});
        break;
      case State::Body:
        if (const auto data = read_until_boundary(); !data.empty()) return PartData{data};
        break;
      case State::Epilogue: HOLDALL_TRY_VOID(skip_epilogue()); break;
      case State::PartDone:
      case State::Closed: break;
    }
  }
}

std::span<const std::byte> MultipartParser::read_until_boundary() {
  const auto step = scanner_.scan(input_);
  input_ = input_.subspan(step.consumed);
  if (step.found) {
    state_ = State::BoundaryTail;
    line_.clear();
  }
  return step.data;
}

Result<void> MultipartParser::skip_preamble() {
  preamble_bytes_ += read_until_boundary().size();
  if (preamble_bytes_ <= limits_.preamble_bytes) return {};
  return refuse("preamble-too-long", "The form does not begin with the boundary its Content-Type names.");
}

Result<void> MultipartParser::skip_epilogue() {
  epilogue_bytes_ += input_.size();
  work_ += input_.size();
  input_ = {};
  if (epilogue_bytes_ <= limits_.epilogue_bytes) return {};
  return refuse("epilogue-too-long", "The form goes on after its last boundary.");
}

/// After the boundary: "--", or white space and CRLF. Anything else could be a longer boundary to another reader.
Result<void> MultipartParser::read_boundary_tail() {
  while (!input_.empty()) {
    const char c = static_cast<char>(input_.front());
    const char before = line_.empty() ? ' ' : line_.back();
    input_ = input_.subspan(1);
    ++work_;
    line_.push_back(c);
    if (before == '-' && c == '-') return end_of_boundary_line(State::Closed);
    if (before == '\r' && c == '\n') return end_of_boundary_line(State::Headers);
    const bool padding = (c == ' ' || c == '\t') && (before == ' ' || before == '\t');
    const bool line_end = c == '\r' && (before == ' ' || before == '\t');
    const bool dash = c == '-' && line_.size() == 1;
    if ((!padding && !line_end && !dash) || line_.size() > kMaxTransportPadding) {
      return refuse("bad-boundary-line", "A line of the form begins with the boundary but goes on after it.");
    }
  }
  return {};
}

Result<void> MultipartParser::end_of_boundary_line(State following) {
  if (following == State::Headers) {
    if (++parts_ > limits_.parts) {
      return refuse("too-many-parts", "The form has more than " + std::to_string(limits_.parts) + " parts.");
    }
    begin_headers();
  }
  state_ = std::exchange(in_part_, false) ? State::PartDone : following;
  after_part_ = following;
  return {};
}

void MultipartParser::begin_headers() {
  line_.clear();
  part_ = {};
  has_disposition_ = has_content_type_ = false;
  headers_ = header_bytes_ = 0;
}

Result<void> MultipartParser::read_header_line() {
  const auto text = as_text(input_);
  const auto line_feed = text.find('\n');
  const auto length = line_feed == std::string_view::npos ? text.size() : line_feed + 1;
  if (length > limits_.part_header_bytes - header_bytes_) {
    return refuse("part-header-too-long",
                  "The header of a part is longer than " + std::to_string(limits_.part_header_bytes) + " bytes.");
  }
  line_.append(text, 0, length);
  header_bytes_ += length;
  work_ += length;
  input_ = input_.subspan(length);
  if (line_feed == std::string_view::npos) return {};
  if (!line_.ends_with("\r\n")) return refuse("bad-header", "A header line of a part does not end with CRLF.");
  line_.resize(line_.size() - 2);
  if (line_.empty()) return end_of_headers();
  HOLDALL_TRY_VOID(judge_header_line(line_));
  line_.clear();
  return {};
}

Result<void> MultipartParser::judge_header_line(std::string_view line) {
  if (++headers_ > limits_.headers_per_part) {
    return refuse("too-many-headers",
                  "A part has more than " + std::to_string(limits_.headers_per_part) + " header lines.");
  }
  FieldLexer lexer(line);
  const auto name = lexer.take_token();
  if (name.empty() || !lexer.take(':') || has_forbidden_control(line)) {
    return refuse("bad-header", "A header line of a part is malformed.");
  }
  const auto value = trim(lexer.rest());
  if (equals_ignoring_case(name, "content-disposition")) return judge_disposition(value);
  if (equals_ignoring_case(name, "content-type")) {
    if (std::exchange(has_content_type_, true)) return refuse("bad-header", "A part has two Content-Type lines.");
    part_.content_type = value;
  }
  return {};
}

Result<void> MultipartParser::judge_disposition(std::string_view value) {
  if (std::exchange(has_disposition_, true)) {
    return refuse("bad-disposition", "A part has two Content-Disposition lines.");
  }
  const auto disposition = parse_disposition(value, Backslash::QuotesQuotes);
  if (!disposition) {
    return refuse("bad-disposition", "The Content-Disposition of a part is malformed or repeats a parameter.");
  }
  const auto* name = find_parameter(disposition->parameters, "name");
  if (disposition->type != "form-data" || name == nullptr) {
    return refuse("bad-disposition", "Every part needs `Content-Disposition: form-data` with a name.");
  }
  HOLDALL_TRY(part_.name, decode_name(*name, "field name"));
  if (const auto* filename = find_parameter(disposition->parameters, "filename")) {
    HOLDALL_TRY(part_.filename, decode_name(*filename, "file name"));
  }
  return {};
}

Result<void> MultipartParser::end_of_headers() {
  if (!has_disposition_) {
    return refuse("bad-disposition", "Every part needs `Content-Disposition: form-data` with a name.");
  }
  in_part_ = true;
  state_ = State::Body;
  scanner_.begin_line();  // a part without a body may lack the CRLF of its own in front of the boundary
  return {};
}

}  // namespace holdall::http
