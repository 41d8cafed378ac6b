#include "http/connection.h"

#include <array>

#include "http/problem.h"
#include "http/response_head.h"
#include "http/session.h"
#include "io/tls_stream.h"

namespace holdall::http {
namespace {

namespace asio = boost::asio;

// Tells the observer of the beginning and, whatever happens, of the end.
class OpenMark {
 public:
  explicit OpenMark(Observer* observer) : observer_(observer) {
    if (observer_ != nullptr) observer_->on_connection_open();
  }
  ~OpenMark() {
    if (observer_ != nullptr) observer_->on_connection_close();
  }
  OpenMark(const OpenMark&) = delete;
  OpenMark& operator=(const OpenMark&) = delete;

 private:
  Observer* observer_;
};

// Lets the lane end a connection that is still shaking hands.
class HandshakeMark {
 public:
  HandshakeMark(Lane& lane, io::ByteStream& stream) : lane_(lane), stream_(stream) {
    lane_.handshakes.insert(&stream_);
  }
  ~HandshakeMark() { lane_.handshakes.erase(&stream_); }
  HandshakeMark(const HandshakeMark&) = delete;
  HandshakeMark& operator=(const HandshakeMark&) = delete;

 private:
  Lane& lane_;
  io::ByteStream& stream_;
};

io::Task<Result<void>> shake_hands(Lane& lane, io::TlsStream& stream) {
  const HandshakeMark mark(lane, stream);
  co_return co_await stream.handshake(std::chrono::steady_clock::now() + lane.service.config.header_timeout);
}

Error refusal_of(ConnectionCaps::Verdict verdict) {
  if (verdict == ConnectionCaps::Verdict::ClientFull) {
    return make_error(ErrorKind::Overloaded, "too-many-connections",
                      "There are too many connections from this address; use fewer at a time.");
  }
  return make_error(ErrorKind::Overloaded, "overloaded",
                    "The server has no room for more connections; try again soon.");
}

}  // namespace

io::Task<> run_connection(std::shared_ptr<Lane> lane, std::shared_ptr<asio::ssl::context> tls, io::TcpSocket socket,
                          ConnectionCaps::Place, std::string peer) {
  const OpenMark mark(lane->service.observer);
  if (lane->is_draining) co_return;
  std::unique_ptr<io::ByteStream> stream;
  if (tls) {
    auto secure = std::make_unique<io::TlsStream>(std::move(socket), *tls, lane->sweeper);
    const auto shaken = co_await shake_hands(*lane, *secure);
    if (!shaken) co_return;  // scanners and clients of other protocols: no news for the log
    stream = std::move(secure);
  } else {
    stream = std::make_unique<io::TcpStream>(std::move(socket), lane->sweeper);
  }
  Session session(*lane, std::move(stream), std::move(peer));
  co_await session.run();
}

void turn_away(Lane& lane, io::TcpSocket socket, ConnectionCaps::Verdict verdict) {
  std::string id;
  lane.ids.assign_next(id);
  const Response response = problem_response(refusal_of(verdict), id);
  std::string text;
  append_head(text, response,
              {.framing = BodyFraming::Length,
               .content_length = announced_length(response),
               .keep_alive = false,
               .date = lane.date.now(),
               .request_id = id});
  text += std::get<std::string>(response.body);
  boost::system::error_code ignored;  // whoever does not get the answer sees the connection close
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(asio::socket_base::shutdown_send, ignored);
  // What has arrived already is read: closing over unread bytes would reset the answer away.
  std::array<char, 8192> dropped;
  socket.read_some(asio::buffer(dropped), ignored);
}

}  // namespace holdall::http
