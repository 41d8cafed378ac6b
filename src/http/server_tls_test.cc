#include <future>

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "base/encoding.h"
#include "http/server.h"
#include "io/testing/self_signed.h"

namespace holdall::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;

constexpr std::size_t kLarge = 5'000'000;

io::Task<Result<Response>> large(Request&) { co_return Response::text(200, "text/plain", std::string(kLarge, 'l')); }

io::Task<Result<Response>> count(Request& request) {
  std::size_t size = 0;
  while (true) {
    HOLDALL_CO_TRY(const auto piece, co_await request.body->next());
    if (piece.empty()) break;
    size += piece.size();
  }
  co_return Response::text(200, "text/plain", std::to_string(size));
}

io::Task<Result<Response>> refuse(Request&) { co_return fail(ErrorKind::TooLarge, "too-large", "Send less."); }

class TlsServerTest : public ::testing::Test {
 protected:
  TlsServerTest() {
    Service service;
    service.config.listen = "127.0.0.1:0";
    service.config.tls_certificate = files.certificate_path();
    service.config.tls_key = files.key_path();
    service.router = &router;
    service.logger = std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::null_sink_mt>());
    auto started = Server::start(threads, std::move(service));
    if (!started) throw std::runtime_error(describe(started.error()));
    server = std::move(*started);
    stream.next_layer().connect(server->local_endpoint());
    stream.handshake(ssl::stream_base::client);
  }

  std::string ask(std::string_view head, std::string_view body = {}) {
    boost::asio::write(stream, std::array{boost::asio::buffer(head), boost::asio::buffer(body)});
    std::string answer;
    boost::system::error_code ended;
    boost::asio::read(stream, boost::asio::dynamic_buffer(answer), ended);
    return answer;
  }

  io::testing::SelfSigned files;
  Router router{{{.pattern = "/large", .operation = "large", .handler = large},
                 {.method = Method::Post, .pattern = "/count", .operation = "count", .handler = count},
                 {.method = Method::Post, .pattern = "/refuse", .operation = "refuse", .handler = refuse}}};
  io::IoThreads threads{1};
  std::unique_ptr<Server> server;
  boost::asio::io_context context;
  ssl::context client{ssl::context::tls_client};
  ssl::stream<tcp::socket> stream{context, client};
};

TEST_F(TlsServerTest, SendsLargeAnswersWhole) {
  const std::string answer = ask("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + std::string(kLarge, 'l')));
}

TEST_F(TlsServerTest, TakesLargeBodiesWhole) {
  const std::string body(3'000'000, 'b');
  const std::string answer =
      ask("POST /count HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n", body);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n3000000"));
}

TEST_F(TlsServerTest, SaysWhyItRefusesALongBodyBeforeItCloses) {
  const std::string body(200'000, 'b');
  const std::string answer = ask("POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n", body);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer.substr(0, 100);
  EXPECT_TRUE(answer.ends_with("}"));
}

TEST_F(TlsServerTest, RefusesOldProtocolVersions) {
  ssl::context old_client(ssl::context::tls_client);
  SSL_CTX_set_max_proto_version(old_client.native_handle(), TLS1_1_VERSION);
  ssl::stream<tcp::socket> old_stream(context, old_client);
  old_stream.next_layer().connect(server->local_endpoint());
  boost::system::error_code error;
  old_stream.handshake(ssl::stream_base::client, error);
  EXPECT_TRUE(error);
}

TEST_F(TlsServerTest, DoesNotWaitForAHandshakeWhenItDrains) {
  tcp::socket silent(context);
  silent.connect(server->local_endpoint());
  while (server->open_connections() < 2)
    std::this_thread::yield();
  auto drained = std::async(std::launch::async, [this] { return server->drain(std::chrono::seconds(30)); });
  EXPECT_EQ(drained.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_TRUE(drained.get());
}

TEST_F(TlsServerTest, OutlivesClientsThatSpeakNoTls) {
  tcp::socket plain(context);
  plain.connect(server->local_endpoint());
  boost::asio::write(plain, boost::asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: a\r\n\r\n")));
  std::string answer;
  boost::system::error_code ended;
  boost::asio::read(plain, boost::asio::dynamic_buffer(answer), ended);
  EXPECT_EQ(answer.find("HTTP/1.1"), std::string::npos);
  EXPECT_TRUE(
      ask("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 OK"));
}

}  // namespace
}  // namespace holdall::http
