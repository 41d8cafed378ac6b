#include "auth/url_key_loader.h"

#include <string>

#include <gtest/gtest.h>

#include "auth/jwk.h"
#include "auth/testing/key_server.h"
#include "auth/testing/token_maker.h"

namespace holdall::auth {
namespace {

using std::chrono::seconds;
using testing::KeyServer;
using testing::TokenMaker;

const std::string& jwk() {
  static const auto* text = new std::string(TokenMaker(Algorithm::ES256).jwk(R"(,"kid":"1")"));
  return *text;
}

TEST(KeyUrl, IsHttpsOrThisMachine) {
  for (const char* url :
       {"https://id.example.org/jwks", "https://id.example.org:8443/a/b?c=d", "https://10.0.0.1/",
        "http://127.0.0.1:8080/jwks", "http://127.1.2.3/", "http://localhost:1/", "http://[::1]:9/"}) {
    EXPECT_TRUE(check_key_url(url)) << url;
  }
  for (const char* url : {"", "jwks", "/etc/passwd", "file:///etc/passwd", "ftp://127.0.0.1/", "http://id.example.org/",
                          "http://10.0.0.1/", "http://127.0.0.1.example.org/", "http://localhost.example.org/",
                          "http://127.0.0.1@example.org/", "https://user:secret@id.example.org/",
                          "https://user@id.example.org/", "http://0.0.0.0/", "http://[::]/", "gopher://127.0.0.1/",
                          "https://", "http://2130706433.example/", "https://id.example.org /"}) {
    const auto outcome = check_key_url(url);
    EXPECT_FALSE(outcome) << url;
    if (!outcome) EXPECT_EQ(outcome.error().message.find("secret"), std::string::npos) << "passwords are not repeated";
  }
}

TEST(CacheControl, GivesALifetime) {
  const std::pair<const char*, std::optional<seconds>> cases[] = {
      {"", std::nullopt},
      {"public", std::nullopt},
      {"max-age=600", seconds(600)},
      {"public, max-age=600, must-revalidate", seconds(600)},
      {"MAX-AGE=600", seconds(600)},
      {"max-age=\"600\"", seconds(600)},
      {" max-age=0 ", seconds(0)},
      {"max-age=600, max-age=60", seconds(60)},
      {"s-maxage=5", std::nullopt},
      {"x-max-age=5", std::nullopt},
      {"max-age=99999999999999999999999", seconds(std::int64_t{1} << 31)},
      {"max-age=9223372036854775807", seconds(std::int64_t{1} << 31)},
      {"max-age=", seconds(0)},
      {"max-age=abc", seconds(0)},
      {"max-age=-5", seconds(0)},
      {"max-age=5s", seconds(0)},
      {"max-age=600, no-store", seconds(0)},
      {"no-cache", seconds(0)},
      {"no-cache=\"x\"", seconds(0)},
      {",,,", std::nullopt},
  };
  for (const auto& [field, expected] : cases)
    EXPECT_EQ(parse_max_age(field), expected) << field;
}

TEST(UrlKeyLoader, FetchesKeysAndTheirLifetime) {
  KeyServer server;
  server.answer(R"({"keys":[)" + jwk() + "]}", "cache-control: public\r\nCache-Control: max-age=120\r\n");
  UrlKeyLoader loader(server.url());
  for (int i = 0; i < 2; ++i) {
    const auto loaded = loader.load({});
    ASSERT_TRUE(loaded) << describe(loaded.error());
    ASSERT_TRUE(*loaded);
    EXPECT_EQ((*loaded)->keys.keys.at(0).id(), "1");
    EXPECT_EQ((*loaded)->max_age, seconds(120));
  }
  EXPECT_EQ(server.requests(), 2);
}

TEST(UrlKeyLoader, SkipsSecretsThatSomeonePublished) {
  KeyServer server;
  const std::string secret = TokenMaker(Algorithm::HS256).jwk();
  server.answer(R"({"keys":[)" + jwk() + "," + secret + "]}");
  UrlKeyLoader loader(server.url());
  const auto loaded = loader.load({});
  ASSERT_TRUE(loaded) << describe(loaded.error());
  EXPECT_EQ((*loaded)->keys.keys.size(), 1U);
  EXPECT_EQ((*loaded)->keys.skipped.size(), 1U);
  EXPECT_EQ((*loaded)->max_age, std::nullopt);
  server.answer(secret);
  EXPECT_FALSE(loader.load({}));
}

TEST(UrlKeyLoader, RefusesEveryOtherAnswer) {
  KeyServer server;
  KeyServer elsewhere;
  elsewhere.answer(jwk());
  UrlKeyLoader loader(server.url());
  const std::string large = jwk() + std::string(kMaxJwksBytes, ' ');
  const std::string answers[] = {
      "HTTP/1.1 404 Not Found\r\nContent-Length: " + std::to_string(jwk().size()) + "\r\n\r\n" + jwk(),
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + jwk(),
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large,
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + large,
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
      "garbage\r\n\r\n",
      "",
  };
  for (const std::string& answer : answers) {
    server.answer_raw(answer);
    EXPECT_FALSE(loader.load({})) << answer.substr(0, 200);
  }
  EXPECT_EQ(elsewhere.requests(), 0) << "no redirect is followed from http";
  server.answer(jwk());
  EXPECT_TRUE(loader.load({})) << "and the next good one is taken";
}

TEST(UrlKeyLoader, EndsWhenItIsTold) {
  KeyServer server;
  server.hold();
  UrlKeyLoader loader(server.url());
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  std::jthread asks([&] {
    EXPECT_TRUE(server.wait_for_requests(1));
    stop.request_stop();
  });
  EXPECT_FALSE(loader.load(stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(4)) << "well before its own timeout";
}

TEST(UrlKeyLoader, FailsWhereNobodyListens) {
  std::string url;
  {
    const KeyServer server;
    url = server.url();
  }
  const auto loaded = UrlKeyLoader(url).load({});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace holdall::auth
