#pragma once
// One connection's stream with its read buffer and the least rate demanded of the peer in each direction.
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "http/rate_guard.h"
#include "http/read_buffer.h"
#include "io/byte_stream.h"

namespace holdall::http {

/// What goes out together; unused pieces are empty.
using Pieces = std::array<io::ByteStream::Piece, io::ByteStream::kMostPieces>;

/// Belongs to one session; see io/byte_stream.h for what the failures are.
class Wire {
 public:
  Wire(std::unique_ptr<io::ByteStream> stream, RateGuard incoming, RateGuard outgoing)
      : stream_(std::move(stream)), incoming_(incoming), outgoing_(outgoing) {}

  /// Reads more behind the unread bytes; 0 is the end.
  io::Task<Result<std::size_t>> fill(Deadline deadline);
  /// The same while a body is expected: the deadline is what the client's rate has earned.
  io::Task<Result<std::size_t>> fill_body();

  /// Sends all bytes of all pieces or fails.
  io::Task<Result<void>> send(Pieces pieces);

  /// A new message: neither side pays for the other's slowness in the one before.
  void restart_rates();

  ReadBuffer& buffer() { return buffer_; }
  io::ByteStream& stream() { return *stream_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t sent() const { return sent_; }

 private:
  io::Task<Result<std::size_t>> read(std::span<std::byte> room, Deadline deadline);

  std::unique_ptr<io::ByteStream> stream_;
  ReadBuffer buffer_;
  RateGuard incoming_;
  RateGuard outgoing_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace holdall::http
