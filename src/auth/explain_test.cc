#include "auth/explain.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "auth/testing/token_maker.h"

namespace holdall::auth {
namespace {

using testing::TokenMaker;

const Timestamp kNow = from_micros(1'700'000'000'000'000);

SharedKeys keys_of(const TokenMaker& maker, const std::string& id = {}) {
  return std::make_shared<const KeySet>(KeySet{{maker.verification_key(id)}, {}});
}

TEST(Explanation, ShowsTheClaims) {
  const TokenMaker maker(Algorithm::HS256);
  const SharedKeys keys = keys_of(maker);
  const std::string token =
      maker.sign(R"({"sub":"7","exp":1700003600,"aud":["a","b"],"x":{"y":null,"z":[]},"q":"\u001b\"","e":{}})");
  const auto shown = explain_token("  " + token + "\n", {&keys, 1}, {}, kNow);
  ASSERT_TRUE(shown) << describe(shown.error());
  EXPECT_EQ(*shown, R"({
  "sub": "7",
  "exp": 1700003600,
  "aud": [
    "a",
    "b"
  ],
  "x": {
    "y": null,
    "z": []
  },
  "q": "\u001b\"",
  "e": {}
}
)");
}

TEST(Explanation, GivesThePreciseReason) {
  const TokenMaker maker(Algorithm::ES256);
  const TokenMaker other(Algorithm::ES256);
  const TokenMaker hmac(Algorithm::HS256);
  const SharedKeys keys = keys_of(maker, "k");
  const ClaimRules rules{.issuer = "us", .audiences = {"holdall"}, .leeway = std::chrono::seconds(30)};
  const std::string good = R"({"sub":"7","exp":1700003600,"iss":"us","aud":"holdall"})";
  const std::pair<std::string, const char*> cases[] = {
      {"", "not three segments separated by dots"},
      {"a.b", "not three segments separated by dots"},
      {"*.e30.AAAA", "the header is not base64url"},
      {maker.sign_as(R"({"alg":"none"})", good), "alg \"none\" is not accepted"},
      {maker.sign_as(R"({"alg":"ES256","alg":"ES256"})", good), "the header is a member is named twice"},
      {maker.sign(good, "j"), "no key has the kid \"j\""},
      {other.sign(good, "k"), "the ES256 signature is not the key's"},
      {hmac.sign(good, "k"), "no key of kid \"k\" is fixed to HS256"},
      {hmac.sign(good), "no key is fixed to HS256"},
      {maker.sign(R"({"sub":"7"})", "k"), "there is no exp"},
      {maker.sign(R"({"sub":"7","exp":1600000000})", "k"), "expired at 2020-09-13T12:26:40.000000Z"},
      {maker.sign(R"({"sub":"7","exp":1700003600,"nbf":1700003000})", "k"),
       "nbf is to come, at 2023-11-14T23:03:20.000000Z"},
      {maker.sign(R"({"sub":"7","exp":1700003600,"iss":"them"})", "k"), "iss is \"them\", not \"us\""},
      {maker.sign(R"({"sub":"7","exp":1700003600,"iss":"us","aud":"x"})", "k"), "aud does not name \"holdall\""},
      {maker.sign(R"({"exp":1700003600,"iss":"us","aud":"holdall"})", "k"), "there is no sub"},
  };
  for (const auto& [token, reason] : cases) {
    const auto shown = explain_token(token, {&keys, 1}, rules, kNow);
    ASSERT_FALSE(shown) << reason;
    EXPECT_EQ(shown.error().message, "The token is refused: " + std::string(reason) + ".");
  }
  EXPECT_TRUE(explain_token(maker.sign(good, "k"), {&keys, 1}, rules, kNow));
}

TEST(Explanation, ReadsAKeySetFile) {
  const auto path = std::filesystem::temp_directory_path() / ("jwks-" + std::to_string(::getpid()));
  const TokenMaker maker(Algorithm::EdDSA);
  std::ofstream(path) << R"({"keys":[)" << maker.jwk(R"(,"kid":"k")") << "]}\n";
  const auto keys = read_jwks_file(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(keys) << describe(keys.error());
  EXPECT_TRUE(explain_token(maker.sign(R"({"sub":"7","exp":1700003600})", "k"), {&*keys, 1}, {}, kNow));
  EXPECT_FALSE(read_jwks_file(path));
}

}  // namespace
}  // namespace holdall::auth
