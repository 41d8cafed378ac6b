#include "http/config.h"

#include "config/schema.h"

namespace holdall::http {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMiB = 1024 * 1024;

bool is_origin(std::string_view text) {
  if (text == "*") return true;
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && scheme > 0 && text.size() > scheme + 3 &&
         text.find_first_of("/ \t", scheme + 3) == std::string_view::npos;
}

bool is_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || text.size() - colon > 6) return false;
  // Which colon of a bare IPv6 address ends it is anybody's guess.
  const std::string_view host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos && !(host.starts_with('[') && host.ends_with(']'))) return false;
  return text.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

void declare_listener(config::Schema& schema, Config& config) {
  schema.add_text("http.listen", config.listen,
                  {.doc = "Address and port to listen on; port 0 takes a free one.",
                   .env = "HOLDALL_LISTEN",
                   .flag = "--listen",
                   .allowed = "HOST:PORT, for instance 127.0.0.1:8080 or [::1]:8080",
                   .check = is_listen_address});
  schema.add_text("http.tls_certificate", config.tls_certificate,
                  {.doc = "PEM file with the certificate and its chain; with tls_key it turns TLS on."});
  schema.add_text("http.tls_key", config.tls_key, {.doc = "PEM file with the certificate's private key."});
  schema.add_list("http.cors_origins", config.cors_origins,
                  {.doc = "Origins whose pages may call this server from a browser.",
                   .allowed = "a list of origins such as https://app.example.org, or *",
                   .check = is_origin});
  schema.add_bool("http.access_log", config.access_log, {.doc = "One line in the log for every request."});
  schema.add_integer("http.max_connections", config.max_connections, 1, 1'000'000,
                     {.doc = "Connections open at a time; one more is answered 503."});
  schema.add_integer("http.max_connections_per_client", config.max_connections_per_client, 1, 1'000'000,
                     {.doc = "The same for one client address (IPv6: one /64 network), answered 429."});
}

void declare_times(config::Schema& schema, Config& config) {
  schema.add_duration("http.header_timeout", config.header_timeout, 10ms, 10min,
                      {.doc = "How long a request's head may take, and a TLS handshake."});
  schema.add_duration("http.idle_timeout", config.idle_timeout, 10ms, 1h,
                      {.doc = "How long a connection may wait for its next request."});
  schema.add_duration("http.request_timeout", config.request_timeout, 10ms, 1h,
                      {.doc = "How long the work on a request may take; the time in which its bodies move does not "
                              "count, minimum_rate rules that."});
  schema.add_bytes("http.minimum_rate", config.minimum_rate, 1, 1024 * kMiB,
                   {.doc = "Bytes a second a client must send of its body, or take of an answer."});
  schema.add_duration("http.rate_window", config.rate_window, 10ms, 10min,
                      {.doc = "How long a client may fall short of minimum_rate."});
  schema.add_duration("http.linger_timeout", config.linger_timeout, 0ms, 1min,
                      {.doc = "How long the rest of a refused body is read so that the client sees the answer."});
}

}  // namespace

void declare(config::Schema& schema, Config& config) {
  schema.add_section("http", "The listener and the limits of a connection.");
  declare_listener(schema, config);
  declare_times(schema, config);
  schema.add_bytes("http.drain_bytes", config.drain_bytes, 0, 16 * kMiB,
                   {.doc = "The rest of an unread body up to this size does not cost the connection."});
  schema.add_bytes("http.max_target_bytes", config.max_target_bytes, 256, 64 * 1024,
                   {.doc = "Longest path with query."});
  schema.add_bytes("http.max_header_bytes", config.max_header_bytes, 1024, 128 * 1024,
                   {.doc = "All header fields of a request together."});
  schema.add_integer("http.max_header_fields", config.max_header_fields, 10, 10'000,
                     {.doc = "Header fields of a request."});
}

}  // namespace holdall::http
