#pragma once
// The HTTP server: listening sockets on every io thread, sessions, an orderly end.
#include <chrono>
#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "http/connection_caps.h"
#include "http/lane.h"
#include "io/io_threads.h"

namespace holdall::http {

class Listener;

/// Owned by the program's main thread. `threads` run while it lives; they, the router and the observer outlive it.
class Server {
 public:
  /// Listens when it returns. Errors name the address or the certificate and what is wrong with it.
  static Result<std::unique_ptr<Server>> start(io::IoThreads& threads, Service service);
  ~Server();  ///< as drain(0)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  boost::asio::ip::tcp::endpoint local_endpoint() const { return endpoint_; }
  std::size_t open_connections() const { return caps_->open(); }

  /// Stops accepting, ends idle connections at once and the others after their answer (`Connection: close`), waits
  /// `grace` for them, then cuts: their requests are told to stop. Blocks until the last handler has ended, however
  /// long the call it waits for takes: afterwards nothing refers to the router, the observer or the back ends any more.
  /// True when nothing had to be cut. Idempotent.
  bool drain(std::chrono::milliseconds grace);

 private:
  explicit Server(Service service);
  void give_up_lanes();
  void open_lanes(io::IoThreads& threads, const std::vector<int>& sockets);
  Result<void> prepare_tls();

  std::shared_ptr<const Service> service_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::shared_ptr<ConnectionCaps> caps_;
  boost::asio::ip::tcp::endpoint endpoint_;
  std::vector<std::shared_ptr<Lane>> lanes_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  bool is_drained_ = false;
};

}  // namespace holdall::http
