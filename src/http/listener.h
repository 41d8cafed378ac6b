#pragma once
// Takes new connections of one io thread and starts a session for each.
#include <memory>
#include <string>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ssl/context.hpp>

#include "http/connection_caps.h"
#include "http/lane.h"
#include "io/tcp_stream.h"

namespace holdall::http {

/// Out of descriptors or memory it goes on: it gives up its reserve descriptor to take the connection and close it, so
/// that the client is not left hanging, says so once in a while in the log, and pauses. Belongs to its lane's thread.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// Takes over `fd`, a listening socket. `tls` may be null.
  Listener(std::shared_ptr<Lane> lane, std::shared_ptr<ConnectionCaps> caps,
           std::shared_ptr<boost::asio::ssl::context> tls, int fd);
  ~Listener();

  /// Runs until stop().
  io::Task<> run();
  void stop();

 private:
  enum class Taken : std::uint8_t { Connection, NothingLeft, OutOfResources };

  Taken take_turn();
  Taken take_one();
  void start_session(io::TcpSocket socket, const boost::asio::ip::address& client);
  void on_shortage(int error_number);
  void complain(const std::string& what);  ///< to the log, once in a while
  io::Task<> pause();

  std::shared_ptr<Lane> lane_;
  std::shared_ptr<ConnectionCaps> caps_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type> acceptor_;
  int reserve_ = -1;
  std::chrono::steady_clock::time_point quiet_until_;
};

}  // namespace holdall::http
