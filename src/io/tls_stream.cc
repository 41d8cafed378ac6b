#include "io/tls_stream.h"

#include <array>

#include <boost/asio/ssl/error.hpp>

namespace holdall::io {
namespace {

namespace ssl = asio::ssl;

bool is_end(const boost::system::error_code& error) {
  // A peer that closes without close_notify: HTTP's own framing tells whether its message was complete.
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

}  // namespace

TlsStream::TlsStream(TcpSocket socket, ssl::context& context, DeadlineSweeper& sweeper)
    : Watch(sweeper), stream_(std::move(socket), context) {}

Task<Result<void>> TlsStream::handshake(Deadline deadline) {
  arm(deadline);
  const auto [error] = co_await stream_.async_handshake(ssl::stream_base::server, kAsTuple);
  disarm();
  if (error) co_return fail(error_from_connection(error, expired_));
  co_return Result<void>{};
}

Task<Result<std::size_t>> TlsStream::read_some(std::span<std::byte> into, Deadline deadline) {
  expired_ = false;
  arm(deadline);
  const auto [error, count] = co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), kAsTuple);
  disarm();
  if (!error) co_return count;
  if (is_end(error)) co_return 0;
  co_return fail(error_from_connection(error, expired_));
}

// Asio's TLS stream linearizes a sequence of small buffers into one record by itself.
Task<Result<std::size_t>> TlsStream::write_some(std::span<const Piece> pieces, Deadline deadline,
                                                std::uint64_t least_rate) {
  std::array<asio::const_buffer, kMostPieces> buffers;
  for (std::size_t i = 0; i < pieces.size() && i < buffers.size(); ++i) {
    buffers[i] = asio::const_buffer(pieces[i].data(), pieces[i].size());
  }
  expired_ = false;
  arm(deadline);
  progress_ =
      SendProgress(stream_.lowest_layer().native_handle(), std::chrono::steady_clock::now(), deadline, least_rate);
  const auto [error, count] = co_await stream_.async_write_some(buffers, kAsTuple);
  disarm();
  progress_ = SendProgress();
  if (!error) co_return count;
  co_return fail(error_from_connection(error, expired_));
}

Task<> TlsStream::shutdown(Deadline deadline) {
  arm(deadline);
  // Asio's shutdown would also wait for the peer's close_notify; sending ours is what is wanted here.
  SSL_set_quiet_shutdown(stream_.native_handle(), 0);
  SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
  [[maybe_unused]] const auto outcome = co_await stream_.async_shutdown(kAsTuple);  // the peer may be gone already
  disarm();
  SSL_set_shutdown(stream_.native_handle(), SSL_SENT_SHUTDOWN);
  boost::system::error_code also_ignored;
  stream_.lowest_layer().shutdown(asio::socket_base::shutdown_send, also_ignored);
}

void TlsStream::close() noexcept {
  boost::system::error_code ignored;  // there is nothing left to do about it
  stream_.lowest_layer().close(ignored);
}

void TlsStream::reset() noexcept {
  boost::system::error_code ignored;  // as above
  stream_.lowest_layer().set_option(asio::socket_base::linger(true, 0), ignored);
  stream_.lowest_layer().close(ignored);
}

void TlsStream::on_deadline() {
  const Deadline now = std::chrono::steady_clock::now();
  if (const Deadline later = progress_.extended(now); later > now) {
    arm(later);
    return;
  }
  expired_ = true;
  boost::system::error_code ignored;  // a closed socket has nothing to cancel
  stream_.lowest_layer().cancel(ignored);
}

}  // namespace holdall::io
