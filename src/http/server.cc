#include "http/server.h"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "http/listen_socket.h"
#include "http/listener.h"
#include "io/spawn_logged.h"
#include "io/tls_context.h"

namespace holdall::http {
namespace {

constexpr auto kBetweenWarnings = std::chrono::seconds(5);

// A deadline is noticed up to a tick late; deadlines shorter than the default tick (tests) make a shorter one.
std::chrono::milliseconds choose_tick(const Config& config) {
  const auto shortest =
      std::min({config.header_timeout, config.idle_timeout, config.rate_window, config.linger_timeout});
  return std::clamp(shortest / 8, std::chrono::milliseconds(5), io::DeadlineSweeper::kTick);
}

}  // namespace

Server::Server(Service service)
    : service_(std::make_shared<const Service>(std::move(service))),
      caps_(ConnectionCaps::create(service_->config.max_connections, service_->config.max_connections_per_client)) {}

Server::~Server() { drain(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<Server>> Server::start(io::IoThreads& threads, Service service) {
  std::unique_ptr<Server> server(new Server(std::move(service)));
  HOLDALL_TRY_VOID(server->prepare_tls());
  HOLDALL_TRY(server->endpoint_, parse_listen_address(server->service_->config.listen));
  HOLDALL_TRY(const auto sockets, open_listen_sockets(server->endpoint_, threads.size()));
  server->open_lanes(threads, sockets);
  return server;
}

Result<void> Server::prepare_tls() {
  const Config& config = service_->config;
  if (config.tls_certificate.empty() && config.tls_key.empty()) return {};
  HOLDALL_TRY(tls_, io::load_server_tls(config.tls_certificate, config.tls_key));
  return {};
}

void Server::open_lanes(io::IoThreads& threads, const std::vector<int>& sockets) {
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    boost::asio::io_context& context = threads.context(i);
    lanes_.push_back(std::make_shared<Lane>(context, service_, choose_tick(service_->config)));
    listeners_.push_back(std::make_shared<Listener>(lanes_.back(), caps_, tls_, sockets[i]));
    io::spawn_logged(context.get_executor(), service_->logger, "listener", listeners_.back()->run());
  }
}

bool Server::drain(std::chrono::milliseconds grace) {
  if (std::exchange(is_drained_, true)) return true;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    boost::asio::post(lanes_[i]->context, [lane = lanes_[i], listener = listeners_[i]] {
      listener->stop();
      lane->drain();
    });
  }
  const bool is_orderly = caps_->wait_until_empty(grace);
  if (!is_orderly) {
    for (const auto& lane : lanes_) {
      boost::asio::post(lane->context, [lane] { lane->cut(); });
    }
    // What a handler still waits for (a disk, a transaction) answers into its frame, and the frame refers to all that
    // the server is made of: there is no leaving it behind.
    while (!caps_->wait_until_empty(kBetweenWarnings))
      service_->logger->warn("{} cut connections still wait for work that cannot be stopped", caps_->open());
  }
  give_up_lanes();
  return is_orderly;
}

// What belongs to an io thread also dies on it.
void Server::give_up_lanes() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    boost::asio::io_context& context = lanes_[i]->context;
    boost::asio::post(context, [lane = std::move(lanes_[i]), listener = std::move(listeners_[i])] {});
  }
  lanes_.clear();
  listeners_.clear();
}

}  // namespace holdall::http
