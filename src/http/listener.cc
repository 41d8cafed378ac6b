#include "http/listener.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>

#include "http/connection.h"
#include "io/spawn_logged.h"

namespace holdall::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr int kTurn = 64;  ///< connections taken before others of the thread get their turn
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kQuiet = std::chrono::seconds(10);  ///< between two lines about the same shortage

int open_reserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

Listener::Listener(std::shared_ptr<Lane> lane, std::shared_ptr<ConnectionCaps> caps,
                   std::shared_ptr<asio::ssl::context> tls, int fd)
    : lane_(std::move(lane)),
      caps_(std::move(caps)),
      tls_(std::move(tls)),
      acceptor_(lane_->context),
      reserve_(open_reserve()) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  acceptor_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), fd);
}

Listener::~Listener() {
  if (reserve_ >= 0) ::close(reserve_);
}

void Listener::stop() {
  boost::system::error_code ignored;  // closed already is what is wanted
  acceptor_.close(ignored);
}

io::Task<> Listener::run() {
  const auto self = shared_from_this();
  while (acceptor_.is_open()) {
    const auto [error] = co_await acceptor_.async_wait(asio::socket_base::wait_read, io::kAsTuple);
    if (!acceptor_.is_open()) co_return;
    if (error) complain(error.message());
    if (error || take_turn() == Taken::OutOfResources) co_await pause();
  }
}

// Whatever one connection fails of (memory, mostly), the next one finds somebody listening.
Listener::Taken Listener::take_turn() {
  if (reserve_ < 0) reserve_ = open_reserve();
  try {
    Taken taken = Taken::Connection;
    for (int i = 0; i < kTurn && taken == Taken::Connection; ++i)
      taken = take_one();
    return taken;
  } catch (const std::exception& thrown) {
    complain(thrown.what());
    return Taken::OutOfResources;
  }
}

// accept4 and not Asio's accept: the descriptor must be closed on exec from its first moment.
Listener::Taken Listener::take_one() {
  tcp::endpoint peer;
  socklen_t size = static_cast<socklen_t>(peer.capacity());
  const int fd = ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    const int error_number = errno;
    if (error_number == EAGAIN || error_number == EWOULDBLOCK) return Taken::NothingLeft;
    const bool is_shortage =
        error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS || error_number == ENOMEM;
    // Anything else is a client that went away again (ECONNABORTED, EPROTO, ...): the next one, please.
    if (!is_shortage) return Taken::Connection;
    on_shortage(error_number);
    return Taken::OutOfResources;
  }
  peer.resize(size);
  io::TcpSocket socket(lane_->context);
  boost::system::error_code error;
  socket.assign(peer.protocol(), fd, error);
  if (error) {
    ::close(fd);
    return Taken::Connection;
  }
  boost::system::error_code ignored;  // without it small answers are slow, not wrong
  socket.set_option(tcp::no_delay(true), ignored);
  start_session(std::move(socket), peer.address());
  return Taken::Connection;
}

void Listener::start_session(io::TcpSocket socket, const asio::ip::address& client) {
  ConnectionCaps::Place place;
  const ConnectionCaps::Verdict verdict = caps_->admit(client, place);
  const auto executor = lane_->context.get_executor();
  if (verdict == ConnectionCaps::Verdict::Admitted) {
    io::spawn_logged(executor, lane_->service.logger, "connection",
                     run_connection(lane_, tls_, std::move(socket), std::move(place), client.to_string()));
  } else if (!tls_) {
    turn_away(*lane_, std::move(socket), verdict);
  }
}

void Listener::on_shortage(int error_number) {
  if (reserve_ >= 0) {
    ::close(reserve_);
    const int fd = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) ::close(fd);
    reserve_ = open_reserve();
  }
  complain(std::string(std::strerror(error_number)) + "; raise the limit of open files or lower max_connections");
}

void Listener::complain(const std::string& what) {
  const auto now = std::chrono::steady_clock::now();
  if (now < quiet_until_) return;
  quiet_until_ = now + kQuiet;
  lane_->service.logger->error("cannot take connections: {}", what);
}

io::Task<> Listener::pause() {
  asio::steady_timer timer(lane_->context, kPause);
  [[maybe_unused]] const auto outcome = co_await timer.async_wait(io::kAsTuple);  // woken early is no harm
}

}  // namespace holdall::http
