// holdall_echo_server [HOST:PORT] [--slow-limits]: the HTTP layer alone, for hostile tests and measurements.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/encoding.h"
#include "base/sha256.h"
#include "http/server.h"

namespace {

using namespace holdall;

const std::string& page() {
  static const std::string kPage(4096, 'x');
  return kPage;
}

// `length` bytes in pieces of 64 KiB.
class Zeroes final : public io::ByteSource {
 public:
  explicit Zeroes(std::uint64_t length) : left_(length) {}
  io::Task<Result<std::span<const std::byte>>> next() override {
    static constexpr std::array<std::byte, 65536> kPiece{};
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, kPiece.size()));
    left_ -= size;
    co_return std::span(kPiece).first(size);
  }
  std::optional<std::uint64_t> remaining() const override { return left_; }

 private:
  std::uint64_t left_;
};

io::Task<Result<http::Response>> get_page(http::Request&) {
  co_return http::Response::text(200, "application/octet-stream", page());
}

// Gives the body's size and digest: what was received, provably.
io::Task<Result<http::Response>> digest(http::Request& request) {
  Sha256 hash;
  std::uint64_t size = 0;
  while (true) {
    HOLDALL_CO_TRY(const auto piece, co_await request.body->next());
    if (piece.empty()) break;
    hash.update(piece);
    size += piece.size();
  }
  const std::string text = std::to_string(size) + " " + to_hex(hash.finish()) + "\n";
  co_return http::Response::text(200, "text/plain", text);
}

io::Task<Result<http::Response>> refuse_body(http::Request&) {
  co_return fail(ErrorKind::TooLarge, "too-large", "This route takes no body.");
}

io::Task<Result<http::Response>> zeroes(http::Request& request) {
  const std::uint64_t length = std::stoull(std::string(request.path_value("length")));
  http::Response response;
  response.fields.add("Content-Type", "application/octet-stream");
  const bool is_chunked = request.query_value("chunked") == "true";
  response.body = http::StreamBody{std::make_unique<Zeroes>(length), is_chunked ? std::nullopt : std::optional(length)};
  co_return response;
}

std::vector<http::Route> routes() {
  using enum http::Method;
  using Place = http::Parameter::Place;
  const http::Parameter length{.name = "length", .place = Place::Path, .type = http::ValueType::Integer, .minimum = 0};
  const http::Parameter chunked{.name = "chunked", .type = http::ValueType::Boolean};
  return {
      {.method = Get, .pattern = "/", .operation = "page", .handler = get_page},
      {.method = Get, .pattern = "/healthz", .operation = "healthz", .handler = get_page},
      {.method = Post, .pattern = "/digest", .operation = "digest", .handler = digest},
      {.method = Put, .pattern = "/digest", .operation = "put_digest", .handler = digest},
      {.method = Post, .pattern = "/refuse", .operation = "refuse", .handler = refuse_body},
      {.method = Get,
       .pattern = "/zeroes/{length}",
       .operation = "zeroes",
       .parameters = {length, chunked},
       .handler = zeroes},
  };
}

}  // namespace

int main(int argc, char** argv) {
  http::Service service;
  service.config.listen = "127.0.0.1:0";
  service.config.access_log = false;
  unsigned thread_count = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--slow-limits") {
      service.config.header_timeout = std::chrono::milliseconds(500);
      service.config.idle_timeout = std::chrono::milliseconds(1500);
      service.config.rate_window = std::chrono::milliseconds(1000);
      service.config.linger_timeout = std::chrono::milliseconds(500);
      service.config.max_connections_per_client = 100;
    } else if (argument == "--one-thread") {
      thread_count = 1;
    } else if (argument == "--log") {
      service.config.access_log = true;
    } else {
      service.config.listen = argument;
    }
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const http::Router router(routes());
  service.router = &router;
  service.logger = std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  io::IoThreads threads(thread_count);
  auto server = http::Server::start(threads, std::move(service));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  std::printf("ready http://127.0.0.1:%u\n", static_cast<unsigned>((*server)->local_endpoint().port()));
  std::fflush(stdout);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  (*server)->drain(std::chrono::seconds(2));
  threads.stop();
  return 0;
}
