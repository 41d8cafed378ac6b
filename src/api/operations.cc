#include "api/operations.h"

#include <utility>

#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "api/json_body.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

io::Task<Result<http::Response>> health() { co_return json_response(200, json::object{{"status", "ok"}}); }

io::Task<Result<http::Response>> readiness(const Services& services, const Context& context) {
  const bool draining = services.is_draining && services.is_draining();
  const Result<void> catalog = co_await services.backends.catalog.ping(context);
  const blob::Health store = services.backends.store.health();
  if (!catalog) spdlog::warn("api: not ready, catalog: {}", describe(catalog.error()));
  if (!store.reason.empty()) spdlog::warn("api: store: {}", store.reason);
  const bool ready = !draining && catalog && store.readable && store.writable;
  const json::object body{{"status", ready ? "ready" : "unavailable"},
                          {"draining", draining},
                          {"catalog", catalog ? "ok" : "unavailable"},
                          {"store", store.writable ? "ok" : (store.readable ? "read-only" : "unavailable")}};
  http::Response response = json_response(ready ? 200 : 503, body);
  if (!ready) response.fields.set("Retry-After", "5");
  co_return response;
}

io::Task<Result<http::Response>> metrics(const Services& services) {
  co_return http::Response::text(200, "text/plain; version=0.0.4; charset=utf-8", services.metrics_text());
}

}  // namespace

http::Handler health_handler() {
  return [](http::Request&) { return health(); };
}

http::Handler readiness_handler(const Services& services) {
  return [&services](http::Request& request) { return readiness(services, request.context); };
}

http::Handler metrics_handler(const Services& services) {
  return [&services](http::Request&) { return metrics(services); };
}

}  // namespace holdall::api
