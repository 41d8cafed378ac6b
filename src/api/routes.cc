#include "api/routes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "api/account.h"
#include "api/attachment_routes.h"
#include "api/docs_page.h"
#include "api/guard.h"
#include "api/operations.h"
#include "api/schemas.h"
#include "http/openapi.h"
#include "http/parameter_check.h"

namespace holdall::api {
namespace {

using http::Access;
using http::Method;

std::vector<http::Route> account_routes(const Services& services) {
  return {{.method = Method::Get,
           .pattern = "/api/v1/me",
           .operation = "getMe",
           .summary = "Who your token says you are, and the limits of each collection",
           .tag = "account",
           .access = Access::Read,
           .answers = {{200, "You.", "application/json", "Me"}},
           .handler = handler_of(services, get_me)},
          {.method = Method::Get,
           .pattern = "/api/v1/usage",
           .operation = "getUsage",
           .summary = "What you store, and your quota",
           .tag = "account",
           .access = Access::Read,
           .answers = {{200, "Bytes and files.", "application/json", "Usage"}},
           .handler = handler_of(services, get_usage)}};
}

std::vector<http::Route> operations_routes(const Services& services) {
  return {{.method = Method::Get,
           .pattern = "/healthz",
           .operation = "getHealth",
           .summary = "Whether the server lives",
           .tag = "operations",
           .access = Access::Public,
           .answers = {{200, "It does.", "application/json", R"({"type":"object"})"}},
           .handler = health_handler()},
          {.method = Method::Get,
           .pattern = "/readyz",
           .operation = "getReadiness",
           .summary = "Whether the server can take and give files",
           .tag = "operations",
           .access = Access::Public,
           .answers = {{200, "It can.", "application/json", "Readiness"},
                       {503, "It cannot, or is on its way down.", "application/json", "Readiness"}},
           .handler = readiness_handler(services)},
          {.method = Method::Get,
           .pattern = "/metrics",
           .operation = "getMetrics",
           .summary = "Counters in Prometheus' text format",
           .tag = "operations",
           .access = Access::Public,
           .answers = {{200, "The counters.", "text/plain", R"({"type":"string"})"}},
           .handler = metrics_handler(services)}};
}

io::Task<Result<http::Response>> send_document(std::shared_ptr<const std::string> document) {
  co_return http::Response::text(200, "application/json", *document);
}

// Describes itself too, so its text is filled in when the table is whole.
http::Route openapi_route(const std::shared_ptr<std::string>& document) {
  return {.method = Method::Get,
          .pattern = "/openapi.json",
          .operation = "getOpenApi",
          .summary = "This interface as OpenAPI 3.1",
          .tag = "documents",
          .access = Access::Public,
          .answers = {{200, "The document.", "application/json", R"({"type":"object"})"}},
          .handler = [document](http::Request&) { return send_document(document); }};
}

// What may be answered before a route's own work begins, and by the back ends behind every one that needs a token.
void add_common_problems(http::Route& route) {
  const auto add = [&route](int status, std::string code, std::string description) {
    route.problems.push_back({status, std::move(code), std::move(description)});
  };
  add(400, "invalid-parameter", "A parameter breaks its rule.");
  add(400, std::string(http::kMissingParameter), "A parameter that must be given is not.");
  add(400, "repeated-parameter", "A parameter that may be given once is given again.");
  add(400, "unknown-parameter", "Nobody declared it; the member 'allowed' lists those there are.");
  if (route.access == Access::Public) return;
  add(401, "token-missing", "No token, or not in 'Authorization: Bearer'.");
  for (const char* what : {"invalid", "malformed", "incomplete", "expired", "not-yet-valid", "foreign"})
    add(401, std::string("token-") + what, "The token is not taken; the sentence says why.");
  add(403, "insufficient-scope", "The token lacks the scope named in the member 'scope'.");
  add(500, "internal", "Our fault; the log tells more under the request_id.");
  add(504, "timeout", "The work took longer than http.request_timeout; ask for less at a time.");
  const bool is_said = std::ranges::any_of(route.problems, [](const auto& problem) { return problem.status == 503; });
  if (!is_said) add(503, "overloaded", "Too much is waiting, or the catalog or the store does not answer; try again.");
}

void append(std::vector<http::Route>& routes, std::vector<http::Route> more) {
  for (http::Route& route : more)
    routes.push_back(std::move(route));
}

}  // namespace

std::vector<http::Route> routes(const Services& services) {
  std::vector<http::Route> table = attachment_routes(services);
  append(table, account_routes(services));
  append(table, operations_routes(services));
  append(table, docs_routes());
  const auto document = std::make_shared<std::string>();
  table.push_back(openapi_route(document));
  std::ranges::for_each(table, add_common_problems);
  *document = http::openapi_document({.title = "Holdall", .version = services.version}, table, schemas());
  return table;
}

}  // namespace holdall::api
