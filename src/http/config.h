#pragma once
// Settings of the listener and every limit of a connection.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "http/request_parser.h"

namespace holdall::config {
class Schema;
}

namespace holdall::http {

struct Config {
  std::string listen = "127.0.0.1:8080";  ///< HOST:PORT; an IPv6 host in brackets; port 0 takes a free one

  std::string tls_certificate;  ///< PEM chain; with tls_key it turns TLS on
  std::string tls_key;

  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds request_timeout = std::chrono::seconds(60);  ///< work; moving bodies does not count
  std::uint64_t minimum_rate = 1024;  ///< bytes a second, of bodies in both directions
  std::chrono::milliseconds rate_window = std::chrono::seconds(10);
  std::chrono::milliseconds linger_timeout = std::chrono::seconds(2);  ///< for the rest of a body nobody wants
  std::uint64_t drain_bytes = 64 * 1024;  ///< a rest up to this is read so that the connection lives on

  std::uint64_t max_target_bytes = 8000;
  std::uint64_t max_header_bytes = 8 * 1024;
  std::uint32_t max_header_fields = 100;

  std::uint32_t max_connections = 10'000;
  std::uint32_t max_connections_per_client = 4'000;  ///< a proxy in front is one client

  std::vector<std::string> cors_origins;  ///< "https://app.example.org", or "*"
  bool access_log = true;

  ParserLimits parser_limits() const {
    return {.target = max_target_bytes, .fields_bytes = max_header_bytes, .fields_count = max_header_fields};
  }
};

/// Declares the keys of section [http].
void declare(config::Schema& schema, Config& config);

}  // namespace holdall::http
