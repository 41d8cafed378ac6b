#pragma once
// A TLS connection (server's side) as a ByteStream.
#include <boost/asio/ssl/stream.hpp>

#include "io/tcp_stream.h"

namespace holdall::io {

class TlsStream final : public ByteStream, private DeadlineSweeper::Watch {
 public:
  /// `context` outlives the stream.
  TlsStream(TcpSocket socket, asio::ssl::context& context, DeadlineSweeper& sweeper);

  /// Before anything else.
  Task<Result<void>> handshake(Deadline deadline);

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  /// Small pieces are joined into one record; of large ones the first is sent.
  Task<Result<std::size_t>> write_some(std::span<const Piece> pieces, Deadline deadline,
                                       std::uint64_t least_rate) override;
  Task<> shutdown(Deadline deadline) override;
  void close() noexcept override;
  void reset() noexcept override;

 private:
  void on_deadline() override;

  asio::ssl::stream<TcpSocket> stream_;
  bool expired_ = false;
  SendProgress progress_;  ///< of the write that waits
};

}  // namespace holdall::io
