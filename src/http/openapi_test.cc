#include "http/openapi.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace holdall::http {
namespace {

const std::vector<Route>& routes() {
  static const std::vector<Route> kRoutes = {
      {.method = Method::Get,
       .pattern = "/a/{id}",
       .operation = "get_a",
       .summary = "One a.",
       .tag = "as",
       .parameters = {{.name = "id", .place = Parameter::Place::Path, .type = ValueType::Integer, .minimum = 1},
                      {.name = "tag", .repeatable = true, .maximum = 9}},
       .answers = {{.status = 200, .description = "It.", .content_type = "application/json", .schema = "A"}},
       .problems = {{.status = 404, .code = "no-a", .description = "None."},
                    {.status = 404, .code = "gone-a", .description = "No more."}}},
      {.method = Method::Post,
       .pattern = "/a/{id}",
       .operation = "post_a",
       .access = Access::Public,
       .bodies = {{.content_type = "text/plain", .schema = R"({"type":"string"})"}}},
  };
  return kRoutes;
}

boost::json::value document() {
  return boost::json::parse(
      openapi_document({.title = "T", .version = "1"}, routes(), {{"A", R"({"type":"object"})"}}));
}

TEST(OpenApi, DescribesEveryRoute) {
  const auto made = document();
  EXPECT_EQ(made.at_pointer("/openapi"), "3.1.0");
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/operationId"), "get_a");
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/parameters/0/schema/minimum"), 1);
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/parameters/0/required"), true);
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/parameters/1/schema/items/maxLength"), 9);
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/responses/200/content/application~1json/schema/$ref"),
            "#/components/schemas/A");
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/responses/404/description"), "`no-a`: None.\n`gone-a`: No more.");
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/get/x-scope"), "read");
  EXPECT_EQ(made.at_pointer("/paths/~1a~1{id}/post/requestBody/content/text~1plain/schema/type"), "string");
  EXPECT_FALSE(made.at_pointer("/paths/~1a~1{id}/post").as_object().contains("security"));
  EXPECT_TRUE(made.at_pointer("/components/schemas").as_object().contains("Problem"));
}

TEST(OpenApi, RefusesSchemasNobodyGives) {
  EXPECT_THROW(openapi_document({}, routes(), {}), std::logic_error);
  EXPECT_THROW(openapi_document({}, {}, {{"A", "{"}}), std::logic_error);
}

}  // namespace
}  // namespace holdall::http
