#include "io/tcp_stream.h"

#include <array>

namespace holdall::io {
namespace {

using Buffers = std::array<asio::const_buffer, ByteStream::kMostPieces>;

Buffers to_buffers(std::span<const ByteStream::Piece> pieces) {
  Buffers buffers;
  for (std::size_t i = 0; i < pieces.size() && i < buffers.size(); ++i) {
    buffers[i] = asio::const_buffer(pieces[i].data(), pieces[i].size());
  }
  return buffers;
}

}  // namespace

Error error_from_connection(const boost::system::error_code& error, bool expired) {
  if (expired) return make_error(ErrorKind::Timeout, "client-too-slow", "The connection was too slow.");
  return make_error(ErrorKind::Cancelled, "connection-lost", "The connection was lost.", error.message());
}

TcpStream::TcpStream(TcpSocket socket, DeadlineSweeper& sweeper) : Watch(sweeper), socket_(std::move(socket)) {
  boost::system::error_code ignored;  // a socket that is broken already says so at its first read
  socket_.non_blocking(true, ignored);
}

Task<Result<std::size_t>> TcpStream::read_some(std::span<std::byte> into, Deadline deadline) {
  expired_ = false;
  arm(deadline);
  const auto [error, count] = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), kAsTuple);
  disarm();
  if (!error) co_return count;
  if (error == asio::error::eof) co_return 0;
  co_return fail(error_from_connection(error, expired_));
}

Task<Result<std::size_t>> TcpStream::write_some(std::span<const Piece> pieces, Deadline deadline,
                                                std::uint64_t least_rate) {
  const Buffers buffers = to_buffers(pieces);
  // A short answer nearly always fits the socket's buffer: then nothing has to wait for the reactor.
  boost::system::error_code at_once;
  const std::size_t sent = socket_.write_some(buffers, at_once);
  if (!at_once) co_return sent;
  if (at_once != asio::error::would_block) co_return fail(error_from_connection(at_once, false));

  expired_ = false;
  progress_ = SendProgress(socket_.native_handle(), std::chrono::steady_clock::now(), deadline, least_rate);
  arm(deadline);
  const auto [error, count] = co_await socket_.async_write_some(buffers, kAsTuple);
  disarm();
  progress_ = SendProgress();
  if (!error) co_return count;
  co_return fail(error_from_connection(error, expired_));
}

Task<> TcpStream::shutdown(Deadline) {
  boost::system::error_code ignored;  // the peer may be gone already
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  co_return;
}

void TcpStream::close() noexcept {
  boost::system::error_code ignored;  // there is nothing left to do about it
  socket_.close(ignored);
}

void TcpStream::reset() noexcept {
  boost::system::error_code ignored;  // as above
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

void TcpStream::on_deadline() {
  const Deadline now = std::chrono::steady_clock::now();
  if (const Deadline later = progress_.extended(now); later > now) {
    arm(later);
    return;
  }
  expired_ = true;
  boost::system::error_code ignored;  // a closed socket has nothing to cancel
  socket_.cancel(ignored);
}

}  // namespace holdall::io
