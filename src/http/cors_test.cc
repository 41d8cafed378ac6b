#include "http/cors.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

Response decorated(const Cors& cors, Method method, std::initializer_list<Fields::Field> fields) {
  Request request;
  request.method = method;
  for (const Fields::Field& field : fields)
    request.fields.add(field.name, field.value);
  Response response = Response::empty(204);
  cors.decorate(request, response);
  return response;
}

const Cors& cors() {
  static const Cors kCors({"https://app.example"});
  return kCors;
}

TEST(Cors, AddsNothingWhereNothingIsConfigured) {
  EXPECT_EQ(decorated(Cors({}), Method::Get, {{"Origin", "https://app.example"}}).fields.size(), 0U);
}

TEST(Cors, AllowsAConfiguredOriginToReadAnswers) {
  const Response response = decorated(cors(), Method::Get, {{"Origin", "https://app.example"}});
  EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), "https://app.example");
  EXPECT_NE(response.fields.find("Access-Control-Expose-Headers")->find("ETag"), std::string_view::npos);
  EXPECT_EQ(response.fields.find("Vary"), "Origin");
  EXPECT_FALSE(response.fields.has("Access-Control-Allow-Credentials"));
}

TEST(Cors, AllowsNobodyElse) {
  for (const char* origin : {"https://app.example.evil", "http://app.example", "https://APP.example", "null", ""}) {
    const Response response = decorated(cors(), Method::Get, {{"Origin", origin}});
    EXPECT_FALSE(response.fields.has("Access-Control-Allow-Origin")) << origin;
    EXPECT_EQ(response.fields.find("Vary"), "Origin") << origin;
  }
}

TEST(Cors, AnswersAPreflight) {
  const Response response = decorated(cors(), Method::Options,
                                      {{"Origin", "https://app.example"},
                                       {"Access-Control-Request-Method", "PATCH"},
                                       {"Access-Control-Request-Headers", "authorization, upload-offset"}});
  EXPECT_NE(response.fields.find("Access-Control-Allow-Methods")->find("PATCH"), std::string_view::npos);
  EXPECT_EQ(response.fields.find("Access-Control-Allow-Headers"), "authorization, upload-offset");
  EXPECT_EQ(response.fields.find("Access-Control-Max-Age"), "7200");
}

TEST(Cors, AllowsEveryOriginWhenToldTo) {
  EXPECT_EQ(decorated(Cors({"*"}), Method::Get, {{"Origin", "https://any"}}).fields.find("Access-Control-Allow-Origin"),
            "https://any");
}

}  // namespace
}  // namespace holdall::http
