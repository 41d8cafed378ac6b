#include "http/parameter_check.h"

#include <string>

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

using Place = Parameter::Place;

Route listing() {
  Route route;
  route.parameters = {
      {.name = "limit", .type = ValueType::Integer, .minimum = 1, .maximum = 100},
      {.name = "name", .type = ValueType::Text, .maximum = 5},
      {.name = "count", .type = ValueType::Boolean},
      {.name = "since", .type = ValueType::Timestamp},
      {.name = "sort", .type = ValueType::Text, .allowed = {"id", "size"}},
      {.name = "tag", .type = ValueType::Text, .repeatable = true},
      {.name = "metadata.*", .type = ValueType::Text},
  };
  return route;
}

/// The code of the refusal; empty when there is none.
std::string code_of(const Result<void>& outcome) { return outcome ? "" : outcome.error().code; }

Result<void> check_query(const Route& route, std::vector<QueryParameter> query) {
  Request request;
  request.query = std::move(query);
  return check_parameters(route, request);
}

TEST(ParameterCheck, HoldsValuesAgainstTheirDeclaration) {
  struct Case {
    const char* name;
    const char* value;
    const char* code;
  };
  const Case cases[] = {
      {"limit", "1", ""},
      {"limit", "100", ""},
      {"limit", "0", "invalid-parameter"},
      {"limit", "101", "invalid-parameter"},
      {"limit", "", "invalid-parameter"},
      {"limit", " 1", "invalid-parameter"},
      {"limit", "+1", "invalid-parameter"},
      {"limit", "1x", "invalid-parameter"},
      {"limit", "99999999999999999999", "invalid-parameter"},
      {"name", "", ""},
      {"name", "abcde", ""},
      {"name", "abcdef", "invalid-parameter"},
      {"count", "true", ""},
      {"count", "1", "invalid-parameter"},
      {"since", "2026-01-31T12:00:00Z", ""},
      {"since", "yesterday", "invalid-parameter"},
      {"sort", "size", ""},
      {"sort", "colour", "invalid-parameter"},
      {"metadata.page", "7", ""},
      {"metadata.", "7", "unknown-parameter"},
      {"metadata", "7", "unknown-parameter"},
      {"Limit", "7", "unknown-parameter"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(code_of(check_query(listing(), {{c.name, c.value}})), c.code) << c.name << "=" << c.value;
}

TEST(ParameterCheck, NamesWhatWasWrong) {
  const auto outcome = check_query(listing(), {{"limit", "0"}});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().message, "\"limit\" must be a whole number of at least 1 and at most 100.");
}

TEST(ParameterCheck, SuggestsTheNearestName) {
  const auto outcome = check_query(listing(), {{"limits", "1"}});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_NE(outcome.error().message.find("did you mean \"limit\"?"), std::string::npos) << outcome.error().message;
}

TEST(ParameterCheck, TakesAParameterTwiceOnlyWhereThatIsDeclared) {
  EXPECT_EQ(code_of(check_query(listing(), {{"tag", "a"}, {"tag", "b"}})), "");
  EXPECT_EQ(code_of(check_query(listing(), {{"limit", "1"}, {"limit", "1"}})), "repeated-parameter");
  EXPECT_EQ(code_of(check_query(listing(), {{"metadata.a", "1"}, {"metadata.b", "1"}})), "");
}

TEST(ParameterCheck, WantsWhatIsRequired) {
  Route route;
  route.parameters = {{.name = "filename", .required = true},
                      {.name = "Upload-Length", .place = Place::Header, .type = ValueType::Integer, .required = true}};
  Request request;
  EXPECT_EQ(code_of(check_parameters(route, request)), "missing-parameter");
  request.query = {{"filename", "a.txt"}};
  EXPECT_EQ(code_of(check_parameters(route, request)), "missing-parameter");
  request.fields.add("Upload-Length", "ten");
  EXPECT_EQ(code_of(check_parameters(route, request)), "invalid-parameter");
}

}  // namespace
}  // namespace holdall::http
