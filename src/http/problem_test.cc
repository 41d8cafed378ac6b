#include "http/problem.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::http {
namespace {

struct KindCase {
  ErrorKind kind;
  int status;
};

TEST(Problem, HasAStatusForEveryKind) {
  const KindCase cases[] = {
      {ErrorKind::NotFound, 404},      {ErrorKind::Gone, 410},
      {ErrorKind::Conflict, 409},      {ErrorKind::PreconditionFailed, 412},
      {ErrorKind::Locked, 423},        {ErrorKind::InvalidArgument, 400},
      {ErrorKind::Unprocessable, 422}, {ErrorKind::Unauthenticated, 401},
      {ErrorKind::Forbidden, 403},     {ErrorKind::MethodNotAllowed, 405},
      {ErrorKind::TooLarge, 413},      {ErrorKind::Unsupported, 415},
      {ErrorKind::RangeInvalid, 416},  {ErrorKind::QuotaExceeded, 507},
      {ErrorKind::Overloaded, 503},    {ErrorKind::Timeout, 504},
      {ErrorKind::Unavailable, 503},   {ErrorKind::Cancelled, 503},
      {ErrorKind::Corrupt, 500},       {ErrorKind::NoSpace, 507},
      {ErrorKind::Internal, 500},
  };
  for (const KindCase& one : cases) {
    const Response response = problem_response(make_error(one.kind, "", "Do something."), "id");
    EXPECT_EQ(response.status, one.status) << name_of(one.kind);
    EXPECT_NE(reason_of(one.status), "Unknown") << one.status;
    const auto document = boost::json::parse(std::get<std::string>(response.body)).as_object();
    EXPECT_EQ(document.at("title").as_string(), reason_of(one.status));
  }
}

TEST(Problem, IsADocumentOfTheStandardsForm) {
  const Error error =
      make_error(ErrorKind::TooLarge, "file-too-large", "The file is larger than 10 MiB.", "/secret/path")
          .with("limit", std::int64_t{10485760})
          .with("allowed", std::vector<std::string>{".txt", ".png"})
          .with("status", std::string("not this one"));
  const Response response = problem_response(error, "req1");
  EXPECT_EQ(response.fields.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"type":"urn:holdall:problem:file-too-large","title":"Content Too Large","status":413,)"
            R"("detail":"The file is larger than 10 MiB.","request_id":"req1","limit":10485760,)"
            R"("allowed":[".txt",".png"]})");
}

TEST(Problem, IsNamedAfterItsKindWhereItHasNoCode) {
  const Response response = problem_response(make_error(ErrorKind::PreconditionFailed, "", "Read it again."), "r");
  EXPECT_NE(std::get<std::string>(response.body).find("\"urn:holdall:problem:precondition-failed\""),
            std::string::npos);
}

TEST(Problem, SaysHowToGoOn) {
  EXPECT_EQ(problem_response(make_error(ErrorKind::Unauthenticated, "", "x"), "r").fields.find("WWW-Authenticate"),
            "Bearer");
  EXPECT_EQ(problem_response(make_error(ErrorKind::Overloaded, "", "x"), "r").fields.find("Retry-After"), "1");
  EXPECT_EQ(problem_response(make_error(ErrorKind::Unavailable, "", "x"), "r").fields.find("Retry-After"), "5");
  const Error error =
      make_error(ErrorKind::MethodNotAllowed, "", "x").with("allow", std::vector<std::string>{"GET", "HEAD"});
  EXPECT_EQ(problem_response(error, "r").fields.find("Allow"), "GET, HEAD");
}

TEST(Problem, TellsAClientsOwnCapFromAFullServer) {
  EXPECT_EQ(status_of(make_error(ErrorKind::Overloaded, "too-many-connections", "x")), 429);
  EXPECT_EQ(status_of(make_error(ErrorKind::Overloaded, "queue-full", "x")), 503);
}

TEST(Problem, StaysUtf8WhateverIsQuoted) {
  const Response response = problem_response(make_error(ErrorKind::InvalidArgument, "c", "bad \xFF name"), "r");
  EXPECT_TRUE(is_utf8(std::get<std::string>(response.body)));
}

}  // namespace
}  // namespace holdall::http
