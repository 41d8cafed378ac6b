#include "http/request_parser.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/encoding.h"
#include "http/detail/grammar.h"

namespace holdall::http {
namespace {

constexpr std::uint64_t kLargestLength = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLongestMethod = 24;
constexpr std::size_t kVersionSize = std::string_view("HTTP/1.1").size();

constexpr std::array kMethods = {Method::Get,   Method::Head,   Method::Post,   Method::Put,
                                 Method::Patch, Method::Delete, Method::Options};

std::optional<Method> parse_method(std::string_view text) {
  for (const Method method : kMethods) {
    if (text == name_of(method)) return method;
  }
  return std::nullopt;
}

// Digits only (RFC 9110 section 8.6): no sign, no list, no white space inside.
std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 19) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value <= kLargestLength ? std::optional(value) : std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "example.org" and "example.org:80" name the same authority of an http target.
std::string_view without_default_port(std::string_view authority) {
  if (authority.ends_with(":80")) authority.remove_suffix(3);
  if (authority.ends_with(':')) authority.remove_suffix(1);
  return authority;
}

bool lists_token(const Fields& fields, std::string_view name, std::string_view token) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Fields::Field field = fields.at(i);
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    while (true) {
      const std::size_t comma = rest.find(',');
      if (equals_ignoring_case(trim(rest.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

struct FieldLine {
  std::string_view name;
  std::string_view value;
};

std::optional<FieldLine> split_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const FieldLine field{line.substr(0, colon), trim(line.substr(colon + 1))};
  if (!detail::is_field_name(field.name) || !detail::is_field_value(field.value)) return std::nullopt;
  return field;
}

}  // namespace

void RequestParser::reset() {
  state_ = State::RequestLine;
  refusal_ = Refusal::None;
  blank_line_seen_ = has_method_ = false;
  scanned_ = section_bytes_ = extension_bytes_ = 0;
  body_left_ = 0;
  authority_ = {};
  head_.target.clear();
  head_.path_and_query = {};
  head_.fields.clear();
  head_.framing = Framing::NoBody;
  head_.content_length = 0;
  head_.keep_alive = true;
  head_.expectation = Expectation::None;
  trailers_.clear();
  wanted_trailers_.clear();
}

void RequestParser::shrink(std::size_t kept) {
  head_.fields.clear_and_shrink(kept);
  trailers_.clear_and_shrink(kept);
  if (head_.target.capacity() > kept) {
    head_.target = std::string();
    head_.path_and_query = {};
  }
}

void RequestParser::refuse(Refusal refusal) {
  refusal_ = refusal;
  state_ = State::Refused;
}

// The limit is judged before the line end, so that a long line is refused alike whether its end has come or not.
RequestParser::Line RequestParser::take_line(std::string_view input, std::size_t limit, Refusal too_long) {
  const std::size_t newline = input.find('\n', scanned_);
  const std::size_t least_size = newline == std::string_view::npos ? input.size() + 1 : newline + 1;
  if (least_size > limit) {
    refuse(too_long);
    return {};
  }
  if (newline == std::string_view::npos) {
    scanned_ = input.size();
    return {};
  }
  scanned_ = 0;
  if (newline == 0 || input[newline - 1] != '\r') {
    refuse(Refusal::BadLineEnd);
    return {};
  }
  const std::string_view text = input.substr(0, newline - 1);
  if (text.contains('\r')) {
    refuse(Refusal::BadLineEnd);
    return {};
  }
  return {text, newline + 1};
}

RequestParser::Step RequestParser::parse(std::span<const std::byte> input) {
  const std::string_view text = as_text(input);
  std::size_t consumed = 0;
  while (true) {
    Line line;
    const std::string_view rest = text.substr(consumed);
    switch (state_) {
      case State::Refused: return {Event::Refused, consumed, {}};
      case State::Done: return {Event::End, consumed, {}};
      case State::Announce: return announce(consumed);
      case State::Body:
      case State::ChunkData:
        if (rest.empty()) return {Event::NeedMore, consumed, {}};
        return take_body(input, consumed);
      case State::RequestLine:
        line = take_line(rest, limits_.target + kLongestMethod + kVersionSize + 4, Refusal::TargetTooLong);
        if (line.consumed != 0) on_request_line(line.text);
        break;
      case State::FieldLine:
        line = take_line(rest, limits_.fields_bytes - section_bytes_, Refusal::FieldsTooLarge);
        if (line.consumed != 0) on_field_line(line.text, line.consumed);
        break;
      case State::ChunkLine:
        line = take_line(rest, limits_.chunk_line, Refusal::BadChunk);
        if (line.consumed != 0) on_chunk_line(line.text);
        break;
      case State::ChunkEnd:
        line = take_line(rest, 2, Refusal::BadChunk);
        if (line.consumed != 0) on_chunk_end(line.text);
        break;
      case State::Trailer:
        line = take_line(rest, limits_.trailer_bytes - section_bytes_, Refusal::BadTrailer);
        if (line.consumed != 0) on_trailer_line(line.text, line.consumed);
        break;
    }
    consumed += line.consumed;
    if (line.consumed == 0 && !is_refused()) return {Event::NeedMore, consumed, {}};
  }
}

RequestParser::Step RequestParser::announce(std::size_t consumed) {
  switch (head_.framing) {
    case Framing::NoBody: state_ = State::Done; break;
    case Framing::Chunked: state_ = State::ChunkLine; break;
    case Framing::Length:
      body_left_ = head_.content_length;
      state_ = body_left_ == 0 ? State::Done : State::Body;
      break;
  }
  return {Event::Head, consumed, {}};
}

RequestParser::Step RequestParser::take_body(std::span<const std::byte> input, std::size_t consumed) {
  const std::size_t available = input.size() - consumed;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(available, body_left_));
  body_left_ -= size;
  if (body_left_ == 0) state_ = state_ == State::Body ? State::Done : State::ChunkEnd;
  return {Event::Body, consumed + size, input.subspan(consumed, size)};
}

// method SP request-target SP HTTP-version (RFC 9112 section 3)
void RequestParser::on_request_line(std::string_view line) {
  if (line.empty()) {
    // RFC 9112 section 2.2: one empty line before the request is forgiven, left over by clients of long ago.
    return std::exchange(blank_line_seen_, true) ? refuse(Refusal::BadRequestLine) : void();
  }
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(Refusal::BadRequestLine);
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);

  if (method.size() > kLongestMethod || !detail::is_field_name(method)) return refuse(Refusal::BadRequestLine);
  if (version.size() != kVersionSize || !version.starts_with("HTTP/") || version[6] != '.' || version[5] < '0' ||
      version[5] > '9' || version[7] < '0' || version[7] > '9') {
    return refuse(Refusal::BadRequestLine);
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(Refusal::UnsupportedVersion);
  head_.minor_version = version[7] - '0';
  if (!detail::is_target(target)) return refuse(Refusal::BadTarget);
  if (target.size() > limits_.target) return refuse(Refusal::TargetTooLong);
  const auto known = parse_method(method);
  if (!known) return refuse(Refusal::UnknownMethod);
  head_.method = *known;
  has_method_ = true;
  on_target(target);
  if (!is_refused()) state_ = State::FieldLine;
}

// origin-form, absolute-form, or asterisk-form for OPTIONS (RFC 9112 section 3.2); authority-form is for CONNECT alone.
void RequestParser::on_target(std::string_view target) {
  head_.target.assign(target);
  const std::string_view kept = head_.target;
  if (kept.starts_with('/')) {
    head_.path_and_query = kept;
    return;
  }
  if (kept == "*" && head_.method == Method::Options) {
    head_.path_and_query = kept;
    return;
  }
  const std::size_t scheme = kept.find("://");
  if (scheme == std::string_view::npos) return refuse(Refusal::BadTarget);
  const std::string_view name = kept.substr(0, scheme);
  if (!equals_ignoring_case(name, "http") && !equals_ignoring_case(name, "https")) return refuse(Refusal::BadTarget);
  const std::string_view after = kept.substr(scheme + 3);
  const std::size_t path = after.find_first_of("/?");
  authority_ = after.substr(0, path);
  if (!detail::is_host(authority_)) return refuse(Refusal::BadTarget);
  // An empty path stands for "/"; a query right behind the authority is refused rather than repaired.
  if (path == std::string_view::npos) {
    head_.path_and_query = "/";
  } else if (after[path] == '/') {
    head_.path_and_query = after.substr(path);
  } else {
    refuse(Refusal::BadTarget);
  }
}

void RequestParser::on_field_line(std::string_view line, std::size_t bytes) {
  section_bytes_ += bytes;
  if (line.empty()) return on_header_end();
  if (line.front() == ' ' || line.front() == '\t') return refuse(Refusal::FoldedField);
  if (head_.fields.size() >= limits_.fields_count) return refuse(Refusal::TooManyFields);
  const auto field = split_field(line);
  if (!field) return refuse(Refusal::BadField);
  head_.fields.add(field->name, field->value);
}

void RequestParser::on_header_end() {
  section_bytes_ = 0;
  state_ = State::Announce;
  check_host();
  if (!is_refused()) check_framing();
  if (!is_refused()) check_connection();
}

// RFC 9110 section 7.2 and RFC 9112 section 3.2.2
void RequestParser::check_host() {
  const std::size_t count = head_.fields.count("Host");
  if (count == 0) return head_.minor_version == 0 ? void() : refuse(Refusal::MissingHost);
  const std::string_view host = head_.fields.find("Host").value_or("");
  if (count > 1 || !detail::is_host(host)) return refuse(Refusal::BadHost);
  if (authority_.empty()) return;
  if (!equals_ignoring_case(without_default_port(authority_), without_default_port(host))) refuse(Refusal::BadHost);
}

// RFC 9112 section 6, without any of its leniencies: whatever another reader could frame differently is refused.
void RequestParser::check_framing() {
  const std::size_t encodings = head_.fields.count("Transfer-Encoding");
  const std::size_t lengths = head_.fields.count("Content-Length");
  if (encodings != 0 && lengths != 0) return refuse(Refusal::AmbiguousLength);
  if (encodings != 0) {
    const std::string_view encoding = head_.fields.find("Transfer-Encoding").value_or("");
    const bool sound = encodings == 1 && head_.minor_version == 1 && equals_ignoring_case(encoding, "chunked");
    if (!sound) return refuse(Refusal::BadTransferEncoding);
    head_.framing = Framing::Chunked;
  }
  if (lengths != 0) {
    const auto length = parse_length(head_.fields.find("Content-Length").value_or(""));
    if (lengths > 1 || !length) return refuse(Refusal::BadContentLength);
    head_.framing = Framing::Length;
    head_.content_length = *length;
  }
}

void RequestParser::check_connection() {
  const bool is_old = head_.minor_version == 0;
  head_.keep_alive = !is_old;
  if (head_.fields.has("Connection")) {
    if (is_old) head_.keep_alive = lists_token(head_.fields, "Connection", "keep-alive");
    if (lists_token(head_.fields, "Connection", "close")) head_.keep_alive = false;
  }
  // RFC 9110 section 10.1.1: an HTTP/1.0 client's expectation is ignored.
  if (is_old || !head_.fields.has("Expect")) return;
  const bool known = equals_ignoring_case(head_.fields.joined("Expect"), "100-continue");
  head_.expectation = known ? Expectation::Continue : Expectation::Unknown;
}

// chunk-size [ chunk-ext ] (RFC 9112 section 7.1); extensions are bounded and dropped.
void RequestParser::on_chunk_line(std::string_view line) {
  std::size_t digits = 0;
  std::uint64_t size = 0;
  for (; digits < line.size(); ++digits) {
    const int value = hex_digit(line[digits]);
    if (value < 0) break;
    if (size > (kLargestLength >> 4)) return refuse(Refusal::BadChunk);
    size = size << 4 | static_cast<std::uint64_t>(value);
  }
  // Sixteen digits hold any size: more are leading zeros, which only serve to be counted differently somewhere else.
  if (digits == 0 || digits > 16) return refuse(Refusal::BadChunk);
  const std::string_view extension = line.substr(digits);
  extension_bytes_ += extension.size();
  if (!extension.empty() && !trim(extension).starts_with(';')) return refuse(Refusal::BadChunk);
  if (extension_bytes_ > limits_.chunk_extensions || !detail::is_field_value(extension))
    return refuse(Refusal::BadChunk);
  body_left_ = size;
  state_ = size == 0 ? State::Trailer : State::ChunkData;
}

void RequestParser::on_chunk_end(std::string_view line) {
  if (!line.empty()) return refuse(Refusal::BadChunk);
  state_ = State::ChunkLine;
}

void RequestParser::on_trailer_line(std::string_view line, std::size_t bytes) {
  section_bytes_ += bytes;
  if (line.empty()) {
    state_ = State::Done;
    return;
  }
  const auto field = split_field(line);
  if (!field) return refuse(Refusal::BadTrailer);
  const auto is_this = [&](const std::string& name) { return equals_ignoring_case(name, field->name); };
  if (std::ranges::any_of(wanted_trailers_, is_this)) trailers_.add(field->name, field->value);
}

}  // namespace holdall::http
