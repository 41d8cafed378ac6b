#include "http/response_head.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

TEST(ResponseHead, IsWrittenFieldByField) {
  Response response = Response::text(404, "text/plain", "no");
  response.fields.add("Vary", "Accept");
  std::string out = "before|";
  append_head(out, response,
              {.framing = BodyFraming::Length,
               .content_length = 2,
               .keep_alive = false,
               .date = "Sun, 22 Nov 2026 19:11:39 GMT",
               .request_id = "r1"});
  EXPECT_EQ(out,
            "before|HTTP/1.1 404 Not Found\r\nDate: Sun, 22 Nov 2026 19:11:39 GMT\r\nContent-Type: text/plain\r\n"
            "Vary: Accept\r\nContent-Length: 2\r\nX-Request-Id: r1\r\nX-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n\r\n");
}

TEST(ResponseHead, ChoosesHowTheBodyEnds) {
  Response known;
  known.body = StreamBody{nullptr, 5};
  Response unknown;
  unknown.body = StreamBody{nullptr, std::nullopt};
  EXPECT_EQ(choose_framing(known, Method::Get, 1), BodyFraming::Length);
  EXPECT_EQ(choose_framing(known, Method::Head, 1), BodyFraming::None);
  EXPECT_EQ(choose_framing(unknown, Method::Get, 1), BodyFraming::Chunked);
  EXPECT_EQ(choose_framing(unknown, Method::Get, 0), BodyFraming::UntilClose);
  EXPECT_EQ(choose_framing(Response::empty(200), Method::Get, 1), BodyFraming::Length);
  EXPECT_EQ(choose_framing(Response::empty(204), Method::Get, 1), BodyFraming::None);
  EXPECT_EQ(choose_framing(Response::text(304, "a/b", "never sent"), Method::Get, 1), BodyFraming::None);
}

TEST(ResponseHead, AnnouncesLengthsExceptWhereTheyMeanNothing) {
  EXPECT_EQ(announced_length(Response::empty(200)), 0U);
  EXPECT_EQ(announced_length(Response::text(200, "a/b", "abc")), 3U);
  EXPECT_EQ(announced_length(Response::empty(204)), std::nullopt);
  EXPECT_EQ(announced_length(Response::empty(304)), std::nullopt);
}

TEST(ResponseHead, RefusesFieldsThatWouldBreakIt) {
  const auto is_safe = [](std::string_view name, std::string_view value) {
    Response response;
    response.fields.add(name, value);
    return has_safe_fields(response);
  };
  EXPECT_TRUE(is_safe("ETag", "\"a b\""));
  EXPECT_TRUE(is_safe("X-Utf8", "\xC3\xA4"));
  EXPECT_FALSE(is_safe("X", "a\r\nb: c"));
  EXPECT_FALSE(is_safe("X", "a\nb"));
  EXPECT_FALSE(is_safe("X", std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_safe("X: y\r\nZ", "a"));
  EXPECT_FALSE(is_safe("", "a"));
  EXPECT_FALSE(is_safe("content-length", "7"));
  EXPECT_FALSE(is_safe("Transfer-Encoding", "chunked"));
  EXPECT_FALSE(is_safe("Connection", "close"));
}

}  // namespace
}  // namespace holdall::http
