#pragma once
// The first words of a server: where it is, and on a terminal what to try.
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "app/settings.h"

namespace holdall::app {

/// `http://127.0.0.1:8080`; an unspecified address is shown as the loopback one, which reaches it.
std::string base_url(const boost::asio::ip::tcp::endpoint& endpoint, bool tls);

/// Prints `ready <url>` on standard output, and on a terminal a token and a curl line that works as it stands.
void welcome(const Settings& settings, const boost::asio::ip::tcp::endpoint& endpoint, const std::string& secret);

}  // namespace holdall::app
