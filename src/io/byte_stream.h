#pragma once
// A connection as bytes in both directions: TCP, TLS, and what tests put in their place.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/context.h"
#include "io/task.h"

namespace holdall::io {

/// Used from one thread; at most one read and one write at a time.
///
/// A deadline that passes ends the operation with Timeout (noticed up to one tick of the DeadlineSweeper late); a peer
/// that is gone or a close() from elsewhere gives Cancelled with the code "connection-lost". After an error the stream
/// is good for nothing but close(), save that after a Timeout of a read the other direction still works.
class ByteStream {
 public:
  using Piece = std::span<const std::byte>;
  static constexpr std::size_t kMostPieces = 4;

  virtual ~ByteStream() = default;

  /// Waits for at least one byte; 0 is the end of the peer's bytes. `into` is not empty.
  virtual Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) = 0;

  /// Gathers up to kMostPieces pieces and sends what the peer takes now, at least one byte; returns how many. While it
  /// waits the deadline moves on for a peer that takes `least_rate` bytes a second of what was sent before: the kernel
  /// asks for more only when a third of its buffer (megabytes) is gone, and a slow reader may need a minute for that.
  virtual Task<Result<std::size_t>> write_some(std::span<const Piece> pieces, Deadline deadline,
                                               std::uint64_t least_rate) = 0;

  /// Says that no more bytes will come from here (FIN, close_notify). Never waits longer than the deadline.
  virtual Task<> shutdown(Deadline deadline) = 0;

  /// Ends the connection and whatever waits on it. Idempotent.
  virtual void close() noexcept = 0;

  /// As close(), but so that the peer sees an error and not an orderly end: what was sent is not complete.
  virtual void reset() noexcept = 0;
};

}  // namespace holdall::io
