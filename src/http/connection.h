#pragma once
// From an accepted socket to a running session.
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "http/connection_caps.h"
#include "http/lane.h"
#include "io/tcp_stream.h"

namespace holdall::http {

/// Shakes hands when there is TLS, then serves until the connection ends; holds `lane` and `place` that long.
io::Task<> run_connection(std::shared_ptr<Lane> lane, std::shared_ptr<boost::asio::ssl::context> tls,
                          io::TcpSocket socket, ConnectionCaps::Place place, std::string peer);

/// Tells a client beyond the caps so (503, or 429 when it is its own cap) and closes; never waits.
void turn_away(Lane& lane, io::TcpSocket socket, ConnectionCaps::Verdict verdict);

}  // namespace holdall::http
