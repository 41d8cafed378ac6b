#include "http/server.h"

#include <future>

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "io/blocking_pool.h"

namespace holdall::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

std::promise<void>* entered = nullptr;
std::shared_future<void> may_leave;

io::Task<Result<Response>> hello(Request&) { co_return Response::text(200, "text/plain", "hello"); }

// Holds its io thread; only one connection is open meanwhile.
io::Task<Result<Response>> hold(Request&) {
  entered->set_value();
  may_leave.wait();
  co_return Response::text(200, "text/plain", "held");
}

std::promise<void>* left = nullptr;

// As a handler that a disk keeps waiting: its connection may be cut, the work it waits for goes on and refers to it.
io::Task<Result<Response>> wait_for_work(Request& request) {
  static io::BlockingPool pool("work", {.threads = 1});
  auto work = [&request]() -> Result<std::string> {
    entered->set_value();
    may_leave.wait();
    return request.path;
  };
  HOLDALL_CO_TRY(const std::string path, co_await pool.run(work));
  EXPECT_EQ(path, "/work");
  EXPECT_TRUE(request.context.stop.stop_requested());
  left->set_value();
  co_return fail(ErrorKind::Cancelled, "cancelled", "The request was cancelled.");
}

const Router& router() {
  static const Router kRouter({{.pattern = "/hello", .operation = "hello", .handler = hello},
                               {.pattern = "/hold", .operation = "hold", .handler = hold},
                               {.pattern = "/work", .operation = "work", .handler = wait_for_work}});
  return kRouter;
}

class ServerTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Server>> start() {
    Service service;
    service.config = config;
    service.router = &router();
    service.logger = std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::null_sink_mt>());
    return Server::start(threads, std::move(service));
  }

  ServerTest() { config.listen = "127.0.0.1:0"; }

  Config config;
  io::IoThreads threads{2};
};

class Client {
 public:
  explicit Client(const tcp::endpoint& endpoint) : socket_(context_) { socket_.connect(endpoint); }
  void send(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  /// Everything up to the end of the connection.
  std::string read_all() {
    std::string text;
    boost::system::error_code ended;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(text), ended);
    return text;
  }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_;
};

constexpr std::string_view kGetHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGetHelloOnce = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_F(ServerTest, TakesAFreePortForAllThreads) {
  const auto server = start();
  ASSERT_TRUE(server) << describe(server.error());
  EXPECT_NE((*server)->local_endpoint().port(), 0);
  for (int i = 0; i < 20; ++i) {
    Client client((*server)->local_endpoint());
    client.send(kGetHelloOnce);
    EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nhello"));
  }
}

TEST_F(ServerTest, RefusesAPortThatAnotherListensOn) {
  const auto first = start();
  ASSERT_TRUE(first);
  config.listen = "127.0.0.1:" + std::to_string((*first)->local_endpoint().port());
  const auto second = start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "Cannot listen on " + config.listen + ": another program listens there already.");
}

TEST_F(ServerTest, RefusesAddressesThatAreNone) {
  for (const char* address : {"", "8080", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:99999", "no such host:80", ":::80",
                              "::1:80", "[::1:80"}) {
    config.listen = address;
    const auto server = start();
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code, "bad-listen-address") << address;
  }
}

TEST_F(ServerTest, RefusesToServeTlsWithoutCertificate) {
  config.tls_key = "/nonexistent/key.pem";
  EXPECT_FALSE(start());
}

TEST_F(ServerTest, TurnsAwayConnectionsBeyondTheCaps) {
  config.max_connections_per_client = 1;
  const auto server = start();
  ASSERT_TRUE(server);
  Client first((*server)->local_endpoint());
  first.send(kGetHello.substr(0, 10));
  while ((*server)->open_connections() == 0)
    std::this_thread::yield();
  Client second((*server)->local_endpoint());
  EXPECT_TRUE(second.read_all().starts_with("HTTP/1.1 429 "));
}

TEST_F(ServerTest, EndsIdleConnectionsWhenItDrains) {
  const auto server = start();
  ASSERT_TRUE(server);
  Client client((*server)->local_endpoint());
  client.send(kGetHello);
  while ((*server)->open_connections() == 0)
    std::this_thread::yield();
  EXPECT_TRUE((*server)->drain(30s));
  EXPECT_EQ((*server)->open_connections(), 0U);
}

TEST_F(ServerTest, LetsARunningRequestEndWhenItDrains) {
  std::promise<void> began, leave;
  entered = &began;
  may_leave = leave.get_future().share();
  const auto server = start();
  ASSERT_TRUE(server);
  Client client((*server)->local_endpoint());
  client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  began.get_future().wait();
  auto drained = std::async(std::launch::async, [&] { return (*server)->drain(30s); });
  leave.set_value();
  EXPECT_TRUE(client.read_all().ends_with("held"));
  EXPECT_TRUE(drained.get());
}

TEST_F(ServerTest, LeavesNoHandlerBehindWhenItCuts) {
  std::promise<void> began, leave, ended;
  entered = &began;
  left = &ended;
  may_leave = leave.get_future().share();
  const auto server = start();
  ASSERT_TRUE(server);
  Client client((*server)->local_endpoint());
  client.send("GET /work HTTP/1.1\r\nHost: a\r\n\r\n");
  began.get_future().wait();
  auto drained = std::async(std::launch::async, [&] { return (*server)->drain(0ms); });
  EXPECT_EQ(client.read_all(), "");
  EXPECT_EQ((*server)->open_connections(), 1U);
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  leave.set_value();
  EXPECT_FALSE(drained.get());
  EXPECT_EQ((*server)->open_connections(), 0U);
  EXPECT_EQ(ended.get_future().wait_for(0ms), std::future_status::ready);
}

TEST_F(ServerTest, CutsWhatDoesNotEndInTime) {
  const auto server = start();
  ASSERT_TRUE(server);
  Client client((*server)->local_endpoint());
  client.send(kGetHello.substr(0, 10));
  while ((*server)->open_connections() == 0)
    std::this_thread::yield();
  // The session may not have read the beginning yet; then it is idle and ends by itself. Either way nothing is left.
  (*server)->drain(1ms);
  EXPECT_EQ((*server)->open_connections(), 0U);
  EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace holdall::http
