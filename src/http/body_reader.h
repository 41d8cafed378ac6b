#pragma once
// A request's body as the handler reads it, straight out of the connection's read buffer.
#include <cstdint>
#include <optional>

#include "http/request_parser.h"
#include "http/wire.h"
#include "io/byte_source.h"

namespace holdall::http {

/// Sends `100 Continue` at the first read where the client waits for it. Lives as long as the connection; `begin` once
/// per request. What went wrong stays known here, whatever the handler makes of the error it got.
class BodyReader final : public io::ByteSource {
 public:
  /// `deadline` is the one of the work on the request; it begins anew with every piece, so that waiting for the client
  /// is not counted as work.
  BodyReader(Wire& wire, RequestParser& parser, Deadline& deadline, std::chrono::milliseconds work_time)
      : wire_(wire), parser_(parser), deadline_(deadline), work_time_(work_time) {}

  void begin();

  io::Task<Result<std::span<const std::byte>>> next() override;
  std::optional<std::uint64_t> remaining() const override;

  bool is_finished() const { return parser_.is_at_end(); }
  /// The client still waits for `100 Continue` and will get a final answer instead.
  bool is_client_waiting() const { return continue_owed_; }
  const std::optional<Error>& failure() const { return failure_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

  /// Reads and drops what is left, `limit` bytes and until `deadline` at most; true when the message ended in time.
  io::Task<bool> drain(std::uint64_t limit, Deadline deadline);

 private:
  io::Task<Result<std::span<const std::byte>>> read_piece();
  Failure fail_with(Error error);

  Wire& wire_;
  RequestParser& parser_;
  Deadline& deadline_;
  const std::chrono::milliseconds work_time_;
  bool continue_owed_ = false;
  std::optional<Error> failure_;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace holdall::http
