#include "http/router.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "http/query.h"
#include "io/sync_wait.h"

namespace holdall::http {
namespace {

io::Task<Result<Response>> show(Request& request) {
  std::string text(request.operation);
  for (const PathParameter& parameter : request.path_parameters) {
    text.append(" ").append(parameter.name).append("=").append(parameter.value);
  }
  co_return Response::text(200, "text/plain", text);
}

Parameter in_path(std::string name, ValueType type = ValueType::Text) {
  return {.name = std::move(name), .place = Parameter::Place::Path, .type = type};
}

std::vector<Route> table() {
  return {
      {.method = Method::Get, .pattern = "/a", .operation = "list", .handler = show},
      {.method = Method::Post, .pattern = "/a", .operation = "create", .handler = show},
      {.method = Method::Get,
       .pattern = "/a/{id}",
       .operation = "one",
       .parameters = {in_path("id", ValueType::Integer)},
       .handler = show},
      {.method = Method::Delete, .pattern = "/a/bulk", .operation = "bulk", .handler = show},
      {.method = Method::Get,
       .pattern = "/a/{id}/text",
       .operation = "text",
       .parameters = {in_path("id", ValueType::Integer),
                      {.name = "page", .type = ValueType::Integer, .minimum = 1, .maximum = 9},
                      {.name = "format", .allowed = {"txt", "json"}},
                      {.name = "deep", .type = ValueType::Boolean},
                      {.name = "since", .type = ValueType::Timestamp},
                      {.name = "tag", .repeatable = true, .maximum = 4},
                      {.name = "metadata.*"},
                      {.name = "If-Match", .place = Parameter::Place::Header, .maximum = 8}},
       .handler = show},
      {.method = Method::Get,
       .pattern = "/needs",
       .operation = "needs",
       .parameters = {{.name = "q", .required = true}},
       .handler = show},
      {.method = Method::Get,
       .pattern = "/{kind}/b",
       .operation = "kind",
       .parameters = {in_path("kind")},
       .handler = show},
      {.method = Method::Options, .pattern = "/own", .operation = "own", .handler = show},
  };
}

Request request(Method method, std::string_view target) {
  Request made;
  made.method = method;
  const TargetParts parts = split_target(target);
  made.path = decode_path(parts.path).value();
  made.query = parse_query(parts.query).value();
  return made;
}

Result<Response> ask(const Router& router, Request made) { return io::sync_wait(router.handle(made)); }

Result<Response> ask(Method method, std::string_view target) {
  static const Router kRouter(table());
  return ask(kRouter, request(method, target));
}

std::string text_of(const Result<Response>& result) {
  return result ? std::get<std::string>(result->body) : result.error().code;
}

TEST(Router, FindsRoutesByPathAndMethod) {
  EXPECT_EQ(text_of(ask(Method::Get, "/a")), "list");
  EXPECT_EQ(text_of(ask(Method::Post, "/a")), "create");
  EXPECT_EQ(text_of(ask(Method::Get, "/a/7")), "one id=7");
  EXPECT_EQ(text_of(ask(Method::Get, "/a/7/text")), "text id=7");
  EXPECT_EQ(text_of(ask(Method::Head, "/a/7")), "one id=7");
  EXPECT_EQ(text_of(ask(Method::Get, "/x%20y/b")), "kind kind=x y");
}

TEST(Router, PrefersLiteralsAndComesBackWhereTheyLeadNowhere) {
  EXPECT_EQ(text_of(ask(Method::Delete, "/a/bulk")), "bulk");
  EXPECT_EQ(text_of(ask(Method::Get, "/a/b")), "invalid-parameter");
  EXPECT_EQ(text_of(ask(Method::Get, "/own/b")), "kind kind=own");
}

TEST(Router, KnowsNoOtherPath) {
  for (const char* path : {"/", "/b", "/a/", "/a//text", "//a", "/a/7/text/", "/a/7/more", "/A"}) {
    EXPECT_EQ(text_of(ask(Method::Get, path)), "no-such-route") << path;
  }
}

TEST(Router, NamesWhatIsAllowed) {
  const auto result = ask(Method::Delete, "/a");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::MethodNotAllowed);
  EXPECT_EQ(std::get<std::vector<std::string>>(result.error().details.at(0).second),
            (std::vector<std::string>{"GET", "HEAD", "POST", "OPTIONS"}));
  const auto options = ask(Method::Options, "/a");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 204);
  EXPECT_EQ(options->fields.find("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(text_of(ask(Method::Options, "/own")), "own");
}

struct ParameterCase {
  std::string_view target;
  std::string_view outcome;
};

TEST(Router, HoldsParametersAgainstTheirDeclaration) {
  const ParameterCase cases[] = {
      {"/a/7/text?page=1&format=json&deep=true&since=2026-01-31T12:00:00Z", "text id=7"},
      {"/a/7/text?tag=a&tag=b&metadata.x=1&metadata.y=2", "text id=7"},
      {"/a/07/text", "text id=07"},
      {"/a/-7/text", "text id=-7"},
      {"/a/x/text", "invalid-parameter"},
      {"/a/7x/text", "invalid-parameter"},
      {"/a/99999999999999999999/text", "invalid-parameter"},
      {"/a/7/text?page=0", "invalid-parameter"},
      {"/a/7/text?page=10", "invalid-parameter"},
      {"/a/7/text?page=", "invalid-parameter"},
      {"/a/7/text?page=+1", "invalid-parameter"},
      {"/a/7/text?page=1&page=2", "repeated-parameter"},
      {"/a/7/text?metadata.x=1&metadata.x=2", "repeated-parameter"},
      {"/a/7/text?metadata.=1", "unknown-parameter"},
      {"/a/7/text?format=pdf", "invalid-parameter"},
      {"/a/7/text?deep=yes", "invalid-parameter"},
      {"/a/7/text?since=yesterday", "invalid-parameter"},
      {"/a/7/text?tag=long-tag", "invalid-parameter"},
      {"/a/7/text?pgae=1", "unknown-parameter"},
      {"/a?x", "unknown-parameter"},
      {"/needs", "missing-parameter"},
      {"/needs?q=", "needs"},
  };
  for (const ParameterCase& one : cases)
    EXPECT_EQ(text_of(ask(Method::Get, one.target)), one.outcome) << one.target;
}

TEST(Router, ProposesTheNearestName) {
  const auto result = ask(Method::Get, "/a/7/text?pgae=1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "There is no parameter \"pgae\" here; did you mean \"page\"?");
}

TEST(Router, CutsLongNamesBetweenCharacters) {
  const std::string before(54, 'x');  // "metadata." has nine bytes: the two of the é are the 64th and the 65th
  const std::string cases[] = {"/a/7/text?" + std::string(63, 'x') + "%C3%A9=1",
                               "/a/7/text?metadata." + before + "%C3%A9=1&metadata." + before + "%C3%A9=2"};
  for (const std::string& target : cases) {
    const auto result = ask(Method::Get, target);
    ASSERT_FALSE(result) << target;
    EXPECT_TRUE(is_utf8(result.error().message)) << target;
    EXPECT_TRUE(result.error().message.contains("x\"")) << target;
    const auto& name = std::get<std::string>(result.error().details.at(0).second);
    EXPECT_EQ(name.size(), 63u) << target;
    EXPECT_TRUE(is_utf8(name)) << target;
  }
}

TEST(Router, ChecksDeclaredFields) {
  const Router router(table());
  Request made = request(Method::Get, "/a/7/text");
  made.fields.add("if-match", "\"123456789\"");
  EXPECT_EQ(text_of(ask(router, std::move(made))), "invalid-parameter");
}

TEST(Router, AsksTheGateBeforeTheParameters) {
  const Router router(table(), [](const Route& route, Request& asked) -> io::Task<Result<void>> {
    if (route.operation == "list") co_return fail(ErrorKind::Unauthenticated, "no-token", "Send a token.");
    asked.caller = std::string("somebody");
    co_return Result<void>{};
  });
  EXPECT_EQ(text_of(ask(router, request(Method::Get, "/a?unknown=1"))), "no-token");
  EXPECT_EQ(text_of(ask(router, request(Method::Get, "/a/7"))), "one id=7");
  EXPECT_EQ(text_of(ask(router, request(Method::Get, "/nowhere"))), "no-such-route");
}

TEST(Router, RefusesABrokenTable) {
  const auto build = [](std::vector<Route> routes) { const Router router(std::move(routes)); };
  EXPECT_THROW(build({{.pattern = "/a", .operation = "x"}}), std::logic_error);
  EXPECT_THROW(build({{.pattern = "a", .operation = "x", .handler = show}}), std::logic_error);
  EXPECT_THROW(build({{.pattern = "/{id}", .operation = "x", .handler = show}}), std::logic_error);
  EXPECT_THROW(build({{.pattern = "/a", .operation = "x", .handler = show},
                      {.pattern = "/a", .operation = "y", .handler = show}}),
               std::logic_error);
  EXPECT_THROW(build({{.pattern = "/a", .operation = "x", .handler = show},
                      {.pattern = "/b", .operation = "x", .handler = show}}),
               std::logic_error);
}

}  // namespace
}  // namespace holdall::http
