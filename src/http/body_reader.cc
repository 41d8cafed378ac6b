#include "http/body_reader.h"

#include "base/encoding.h"

namespace holdall::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Error error_of(Refusal refusal) {
  const RefusalText text = describe(refusal);
  return make_error(ErrorKind::InvalidArgument, std::string(text.code), std::string(text.message));
}

}  // namespace

void BodyReader::begin() {
  continue_owed_ = parser_.head().expectation == Expectation::Continue && !parser_.is_at_end();
  failure_.reset();
  bytes_read_ = 0;
}

std::optional<std::uint64_t> BodyReader::remaining() const {
  if (parser_.is_at_end()) return 0;
  if (parser_.head().framing == Framing::Length) return parser_.body_left();
  return std::nullopt;
}

Failure BodyReader::fail_with(Error error) {
  failure_ = error;
  return fail(std::move(error));
}

io::Task<Result<std::span<const std::byte>>> BodyReader::next() {
  auto piece = co_await read_piece();
  deadline_ = std::chrono::steady_clock::now() + work_time_;
  co_return piece;
}

io::Task<Result<std::span<const std::byte>>> BodyReader::read_piece() {
  if (failure_) co_return fail(*failure_);
  while (true) {
    const RequestParser::Step step = parser_.parse(wire_.buffer().bytes());
    wire_.buffer().consume(step.consumed);
    if (step.event == RequestParser::Event::Body) {
      continue_owed_ = false;
      bytes_read_ += step.body.size();
      co_return step.body;
    }
    if (step.event == RequestParser::Event::End) co_return std::span<const std::byte>{};
    if (step.event == RequestParser::Event::Refused) co_return fail_with(error_of(parser_.refusal()));
    if (continue_owed_) {
      continue_owed_ = false;
      const Pieces pieces{as_bytes(kContinue)};
      auto sent = co_await wire_.send(pieces);
      if (!sent) co_return fail_with(std::move(sent).error());
    }
    auto count = co_await wire_.fill_body();
    if (!count) co_return fail_with(std::move(count).error());
    if (*count == 0) {
      co_return fail_with(make_error(ErrorKind::Cancelled, "connection-lost", "The body ended too early."));
    }
  }
}

io::Task<bool> BodyReader::drain(std::uint64_t limit, Deadline deadline) {
  std::uint64_t dropped = 0;
  while (!failure_) {
    const RequestParser::Step step = parser_.parse(wire_.buffer().bytes());
    wire_.buffer().consume(step.consumed);
    dropped += step.body.size();
    if (step.event == RequestParser::Event::End) co_return true;
    if (step.event == RequestParser::Event::Refused || dropped > limit) co_return false;
    if (step.event == RequestParser::Event::Body) continue;
    auto count = co_await wire_.fill(deadline);
    if (!count || *count == 0) co_return false;
  }
  co_return false;
}

}  // namespace holdall::http
