#include "api/routes.h"

#include <set>

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/guard.h"
#include "auth/testing/fake_verifier.h"
#include "blob/testing/memory_store.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"

namespace holdall::api {
namespace {

class RoutesTest : public ::testing::Test {
 protected:
  ManualClock clock_{from_micros(1'795'000'000'000'000)};
  attachment::Config config_;
  catalog::testing::MemoryCatalog catalog_{clock_};
  blob::testing::MemoryStore store_;
  attachment::Reservations reservations_;
  auth::testing::FakeVerifier verifier_{clock_};
  Services services_{.backends = {config_, catalog_, store_, clock_, reservations_, [](std::string_view) {}},
                     .verifier = verifier_,
                     .form_limits = {},
                     .is_draining = [] { return false; },
                     .metrics_text = [] { return std::string(); },
                     .version = "1"};
};

TEST_F(RoutesTest, TheDocumentNamesEveryRouteOfTheTable) {
  const std::vector<http::Route> table = routes(services_);
  const http::Router router(table, gate(services_));
  http::Request request;
  request.method = http::Method::Get;
  request.path = "/openapi.json";
  const auto response = io::sync_wait(router.handle(request));
  ASSERT_TRUE(response) << describe(response.error());
  const auto document = boost::json::parse(std::get<std::string>(response->body));
  std::set<std::string> documented;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      if (operation.is_object() && operation.as_object().contains("operationId"))
        documented.insert(std::string(operation.at("operationId").as_string()));
    }
  }
  std::set<std::string> declared;
  for (const http::Route& route : table)
    declared.insert(route.operation);
  EXPECT_EQ(documented, declared);
  EXPECT_EQ(declared.size(), table.size());
}

// Promise 7: only the owner, on every route that names an attachment.
TEST_F(RoutesTest, Promise7EveryRouteBelowTheApiWantsAToken) {
  const http::Router router(routes(services_), gate(services_));
  int asked = 0;
  for (const http::Route& route : router.routes()) {
    if (!route.pattern.starts_with("/api/")) continue;
    EXPECT_NE(route.access, http::Access::Public) << route.pattern;
    http::Request request;
    request.method = route.method;
    request.path = route.pattern;
    if (const auto at = request.path.find("{id}"); at != std::string::npos) request.path.replace(at, 4, "1");
    const auto response = io::sync_wait(router.handle(request));
    ASSERT_FALSE(response) << route.pattern;
    EXPECT_EQ(response.error().kind, ErrorKind::Unauthenticated) << route.pattern;
    ++asked;
  }
  EXPECT_GE(asked, 11);
}

}  // namespace
}  // namespace holdall::api
