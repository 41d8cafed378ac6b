#include "io/tcp_stream.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/encoding.h"

namespace holdall::io {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

class TcpStreamTest : public ::testing::Test {
 protected:
  TcpStreamTest() : sweeper_(context_, 5ms), client_(context_) {
    asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor(context_,
                                                                               {asio::ip::address_v4::loopback(), 0});
    client_.connect(acceptor.local_endpoint());
    TcpSocket accepted(context_);
    acceptor.accept(accepted);
    server_ = std::make_unique<TcpStream>(std::move(accepted), sweeper_);
  }

  // Ends when the task and everything it started has ended.
  void run(Task<> task) {
    asio::co_spawn(context_, std::move(task), [this](const std::exception_ptr& error) {
      server_.reset();  // the sweeper's timer runs as long as somebody is watched
      if (error) std::rethrow_exception(error);
    });
    context_.run();
  }

  asio::io_context context_{1};
  DeadlineSweeper sweeper_;
  TcpSocket client_;
  std::unique_ptr<TcpStream> server_;
};

Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

Task<> read_to_end(TcpStream& stream, TcpSocket& client) {
  client.write_some(asio::buffer("hello", 5));
  client.shutdown(tcp::socket::shutdown_send);
  std::array<std::byte, 64> buffer;
  const auto first = co_await stream.read_some(buffer, in(5s));
  EXPECT_EQ(as_text(std::span(buffer).first(first.value())), "hello");
  const auto second = co_await stream.read_some(buffer, in(5s));
  EXPECT_EQ(second.value(), 0U);
}

TEST_F(TcpStreamTest, ReadsUntilTheEnd) { run(read_to_end(*server_, client_)); }

Task<> read_nothing(TcpStream& stream) {
  std::array<std::byte, 64> buffer;
  const auto outcome = co_await stream.read_some(buffer, in(20ms));
  EXPECT_FALSE(outcome);
  if (!outcome) EXPECT_EQ(outcome.error().kind, ErrorKind::Timeout);
  // The other direction still works: a slow client can be told so.
  const std::array<ByteStream::Piece, 2> pieces{as_bytes("4"), as_bytes("08")};
  const auto sent = co_await stream.write_some(pieces, in(5s), 1024);
  EXPECT_EQ(sent.value(), 3U);
}

TEST_F(TcpStreamTest, GivesUpAReadAtItsDeadline) {
  run(read_nothing(*server_));
  std::array<char, 8> answer{};
  EXPECT_EQ(client_.read_some(asio::buffer(answer)), 3U);
  EXPECT_EQ(std::string_view(answer.data(), 3), "408");
}

Task<> write_until_stuck(TcpStream& stream) {
  const std::vector<std::byte> megabyte(1 << 20);
  const std::array<ByteStream::Piece, 1> pieces{megabyte};
  for (int i = 0; i < 1000; ++i) {
    const auto sent = co_await stream.write_some(pieces, in(20ms), 1024);
    if (sent) continue;
    EXPECT_EQ(sent.error().kind, ErrorKind::Timeout);
    co_return;
  }
  ADD_FAILURE() << "a gigabyte went into a socket that nobody reads";
}

TEST_F(TcpStreamTest, GivesUpAWriteNobodyReads) { run(write_until_stuck(*server_)); }

Task<> read_after_reset(TcpStream& stream) {
  std::array<std::byte, 64> buffer;
  const auto outcome = co_await stream.read_some(buffer, in(5s));
  EXPECT_FALSE(outcome);
  if (!outcome) EXPECT_EQ(outcome.error().code, "connection-lost");
}

TEST_F(TcpStreamTest, TellsAResetFromAnEnd) {
  client_.set_option(asio::socket_base::linger(true, 0));
  client_.close();
  run(read_after_reset(*server_));
}

Task<> close_during_read(TcpStream& stream, asio::io_context& context) {
  asio::post(context, [&stream] { stream.close(); });
  std::array<std::byte, 64> buffer;
  const auto outcome = co_await stream.read_some(buffer, in(5s));
  EXPECT_FALSE(outcome);
  if (!outcome) EXPECT_EQ(outcome.error().kind, ErrorKind::Cancelled);
}

TEST_F(TcpStreamTest, EndsAReadWhenItIsClosed) { run(close_during_read(*server_, context_)); }

}  // namespace
}  // namespace holdall::io
