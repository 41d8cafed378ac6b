#pragma once
// The listening sockets of one address: one per io thread, among which the kernel spreads the clients (SO_REUSEPORT).
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"

namespace holdall::http {

/// "127.0.0.1:8080", "[::1]:0", "localhost:80", ":8080" (all addresses). Resolves names; blocks while it does.
Result<boost::asio::ip::tcp::endpoint> parse_listen_address(std::string_view text);

/// `count` descriptors bound to the same address and port, listening, non-blocking, closed on exec. Port 0: the first
/// takes a free one and the others share it. A port that another process listens on is an error although SO_REUSEPORT
/// alone would allow it.
Result<std::vector<int>> open_listen_sockets(boost::asio::ip::tcp::endpoint& endpoint, std::size_t count);

}  // namespace holdall::http
