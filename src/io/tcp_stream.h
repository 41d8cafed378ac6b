#pragma once
// A TCP connection as a ByteStream.
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "io/byte_stream.h"
#include "io/deadline_sweeper.h"
#include "io/send_progress.h"

namespace holdall::io {

// The concrete executor keeps type erasure out of every operation.
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

/// What a failed operation of a connection becomes; `expired` says that our own deadline ended it.
Error error_from_connection(const boost::system::error_code& error, bool expired);

class TcpStream final : public ByteStream, private DeadlineSweeper::Watch {
 public:
  /// Takes a connected socket and makes it non-blocking.
  TcpStream(TcpSocket socket, DeadlineSweeper& sweeper);

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const Piece> pieces, Deadline deadline,
                                       std::uint64_t least_rate) override;
  Task<> shutdown(Deadline deadline) override;
  void close() noexcept override;
  void reset() noexcept override;

 private:
  void on_deadline() override;

  TcpSocket socket_;
  bool expired_ = false;
  SendProgress progress_;  ///< of the write that waits
};

}  // namespace holdall::io
