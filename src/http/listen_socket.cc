#include "http/listen_socket.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

namespace holdall::http {
namespace {

using boost::asio::ip::tcp;

enum class Sharing { Alone, WithSiblings };

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string host = endpoint.address().is_v6() ? "[" + address + "]" : address;
  return host + ":" + std::to_string(endpoint.port());
}

Failure cannot_listen(const tcp::endpoint& endpoint, int error_number) {
  std::string why = std::strerror(error_number);
  if (error_number == EADDRINUSE) why = "another program listens there already";
  return fail(ErrorKind::InvalidArgument, "cannot-listen", "Cannot listen on " + to_text(endpoint) + ": " + why + ".");
}

Result<int> open_one(const tcp::endpoint& endpoint, Sharing sharing) {
  const int family = endpoint.address().is_v6() ? AF_INET6 : AF_INET;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (fd < 0) return cannot_listen(endpoint, errno);
  const int on = 1;
  bool done = ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  if (sharing == Sharing::WithSiblings) {
    done = done && ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  }
  done = done && ::bind(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  if (done) done = ::listen(fd, SOMAXCONN) == 0;
  if (done) return fd;
  const int error_number = errno;
  ::close(fd);
  return cannot_listen(endpoint, error_number);
}

Result<tcp::endpoint> local_endpoint(int fd, const tcp::endpoint& asked) {
  tcp::endpoint bound;
  socklen_t size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(fd, bound.data(), &size) != 0) return cannot_listen(asked, errno);
  bound.resize(size);
  return bound;
}

Failure bad_address(std::string_view text) {
  return fail(ErrorKind::InvalidArgument, "bad-listen-address",
              "\"" + std::string(text) +
                  "\" is no address to listen on; write HOST:PORT, for instance 127.0.0.1:8080 or [::1]:8080.");
}

}  // namespace

Result<tcp::endpoint> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_address(text);
  std::string host(text.substr(0, colon));
  const std::string_view port_text = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc{} || end != port_text.data() + port_text.size()) return bad_address(text);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (!is_bracketed && host.find(':') != std::string::npos) return bad_address(text);
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || host == "*") host = "0.0.0.0";

  boost::asio::io_context context;
  tcp::resolver resolver(context);
  boost::system::error_code failed;
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, failed);
  if (failed || found.empty()) return bad_address(text);
  return found.begin()->endpoint();
}

Result<std::vector<int>> open_listen_sockets(tcp::endpoint& endpoint, std::size_t count) {
  if (endpoint.port() != 0) {
    HOLDALL_TRY(const int probe, open_one(endpoint, Sharing::Alone));
    ::close(probe);
  }
  std::vector<int> sockets;
  const auto close_all = [&sockets](Failure failure) {
    for (const int fd : sockets)
      ::close(fd);
    return failure;
  };
  for (std::size_t i = 0; i < count; ++i) {
    auto fd = open_one(endpoint, Sharing::WithSiblings);
    if (!fd) return close_all(fail(std::move(fd).error()));
    sockets.push_back(*fd);
    auto bound = local_endpoint(*fd, endpoint);
    if (!bound) return close_all(fail(std::move(bound).error()));
    endpoint = *bound;
  }
  return sockets;
}

}  // namespace holdall::http
