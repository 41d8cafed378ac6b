#include "http/response_writer.h"

#include <array>
#include <charconv>

#include <boost/asio/post.hpp>

#include "base/encoding.h"

namespace holdall::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

// A source that always has bytes and a client that always takes them would keep the thread for themselves.
constexpr std::uint64_t kTurn = 1024 * 1024;

}  // namespace

io::Task<Result<void>> ResponseWriter::send(Response& response, const ResponseFrame& frame) {
  head_.clear();
  append_head(head_, response, frame);
  if (frame.framing != BodyFraming::None) {
    if (auto* stream = std::get_if<StreamBody>(&response.body)) co_return co_await send_stream(*stream, frame.framing);
  }
  const auto* text = std::get_if<std::string>(&response.body);
  const bool has_text = text != nullptr && frame.framing != BodyFraming::None;
  const Pieces pieces{as_bytes(head_), has_text ? as_bytes(*text) : io::ByteStream::Piece{}};
  co_return co_await wire_.send(pieces);
}

io::Task<Result<void>> ResponseWriter::send_stream(StreamBody& body, BodyFraming framing) {
  std::string_view lead = head_;
  std::uint64_t produced = 0;
  std::uint64_t turn = 0;
  while (true) {
    HOLDALL_CO_TRY(const auto piece, co_await body.source->next());
    if (piece.empty()) break;
    produced += piece.size();
    if (body.length && produced > *body.length) {
      co_return fail(
          internal_error("a stream gave more than the " + std::to_string(*body.length) + " bytes announced"));
    }
    HOLDALL_CO_TRY_VOID(co_await send_piece(lead, piece, framing));
    lead = {};
    if (produced - turn >= kTurn) {
      turn = produced;
      co_await boost::asio::post(boost::asio::use_awaitable);
    }
  }
  if (body.length && produced < *body.length) {
    co_return fail(internal_error("a stream ended after " + std::to_string(produced) + " of " +
                                  std::to_string(*body.length) + " bytes"));
  }
  const bool is_chunked = framing == BodyFraming::Chunked;
  if (lead.empty() && !is_chunked) co_return Result<void>{};
  const Pieces end{as_bytes(lead), as_bytes(is_chunked ? kLastChunk : std::string_view{})};
  co_return co_await wire_.send(end);
}

io::Task<Result<void>> ResponseWriter::send_piece(std::string_view lead, io::ByteStream::Piece piece,
                                                  BodyFraming framing) {
  if (framing != BodyFraming::Chunked) {
    const Pieces pieces{as_bytes(lead), piece};
    co_return co_await wire_.send(pieces);
  }
  std::array<char, 18> size;
  char* end = std::to_chars(size.data(), size.data() + 16, piece.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  const std::string_view size_line(size.data(), static_cast<std::size_t>(end - size.data()));
  const Pieces pieces{as_bytes(lead), as_bytes(size_line), piece, as_bytes(kLineEnd)};
  co_return co_await wire_.send(pieces);
}

}  // namespace holdall::http
