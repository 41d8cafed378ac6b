#pragma once
// Sends one response after another: head and a short body in one call, streams piece by piece as the client takes them.
#include <string>

#include "http/response_head.h"
#include "http/wire.h"

namespace holdall::http {

class ResponseWriter {
 public:
  explicit ResponseWriter(Wire& wire) : wire_(wire) {}

  /// A stream's first piece is fetched before the head goes out: while `wire.sent()` has not moved, a failed source can
  /// still be answered with another response. Once it has moved, an error means that the client holds a part, and the
  /// connection must be reset: a stream that ends early or late never looks complete.
  io::Task<Result<void>> send(Response& response, const ResponseFrame& frame);

 private:
  io::Task<Result<void>> send_stream(StreamBody& body, BodyFraming framing);
  io::Task<Result<void>> send_piece(std::string_view lead, io::ByteStream::Piece piece, BodyFraming framing);

  Wire& wire_;
  std::string head_;
};

}  // namespace holdall::http
