#include "auth/signer.h"

#include <string>

#include <gtest/gtest.h>

#include "auth/key_set.h"
#include "auth/token_verifier.h"

namespace holdall::auth {
namespace {

const Timestamp kNow = from_micros(1'700'000'000'900'000);
const std::string kSecret(64, 's');

Checked<Claims> check(const std::string& token, Algorithm algorithm, const ClaimRules& rules = {}) {
  KeySet keys;
  keys.keys.push_back(Key::from_secret(kSecret, algorithm).value());
  const SharedKeys shared = std::make_shared<const KeySet>(std::move(keys));
  return check_token(token, {&shared, 1}, rules, kNow);
}

TEST(Signer, MakesTokensTheVerifierTakes) {
  for (Algorithm algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const auto signer = Signer::create(kSecret, algorithm);
    ASSERT_TRUE(signer);
    const auto token = signer->sign({.subject = "7", .ttl = std::chrono::minutes(5)}, kNow);
    ASSERT_TRUE(token) << describe(token.error());
    const auto claims = check(*token, algorithm);
    ASSERT_TRUE(claims) << claims.error().reason;
    EXPECT_EQ(claims->principal.subject, "7");
    EXPECT_EQ(claims->principal.scopes, (Scopes{Scope::Read, Scope::Write}));
    EXPECT_EQ(to_micros(claims->principal.expires_at), 1'700'000'300'000'000);
  }
}

TEST(Signer, SaysWhatItIsToldTo) {
  const auto token = Signer::create(kSecret)->sign({.subject = "\"\\\xc3\xa9",
                                                    .ttl = std::chrono::hours(1),
                                                    .scopes = Scopes{Scope::Read, Scope::Admin},
                                                    .issuer = "us",
                                                    .audience = "holdall"},
                                                   kNow);
  const ClaimRules rules{.issuer = "us", .audiences = {"holdall"}, .leeway = std::chrono::seconds(0)};
  const auto claims = check(token.value(), Algorithm::HS256, rules);
  ASSERT_TRUE(claims) << claims.error().reason;
  EXPECT_EQ(claims->principal.subject, "\"\\\xc3\xa9");
  EXPECT_EQ(claims->principal.scopes, (Scopes{Scope::Read, Scope::Admin}));
}

TEST(Signer, MakesTheTokenExpectedForKnownInput) {
  // Computed apart, with another HMAC.
  const auto token = Signer::create(std::string(32, 'k'))->sign({.subject = "7", .ttl = std::chrono::hours(1)}, kNow);
  EXPECT_EQ(token.value(),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDM2MDB9.QF-"
            "uPDsGbb4k4uHoOyG7o0oB0QZFFwe7j3xCU-vqdRM");
}

TEST(Signer, RefusesWhatTheVerifierWouldRefuse) {
  const auto signer = Signer::create(kSecret);
  for (const std::string& subject : {std::string(), std::string(256, 'x'), std::string("a\nb"), std::string("\xff"),
                                     std::string("a\0b", 3), std::string("\xc2\x85")}) {
    EXPECT_FALSE(signer->sign({.subject = subject}, kNow)) << subject;
  }
  for (const auto ttl : {std::chrono::seconds(0), std::chrono::seconds(-1), std::chrono::seconds::max(),
                         std::chrono::seconds::min(), std::chrono::seconds(std::chrono::days(3654))}) {
    EXPECT_FALSE(signer->sign({.subject = "7", .ttl = ttl}, kNow)) << ttl.count();
  }
  EXPECT_FALSE(Signer::create(std::string(31, 's')));
  EXPECT_FALSE(Signer::create(std::string(32, 's'), Algorithm::HS512));
  EXPECT_FALSE(Signer::create(kSecret, Algorithm::RS256));
}

TEST(ScopeList, IsReadWithCommasOrSpaces) {
  EXPECT_EQ(parse_scopes("read"), Scopes{Scope::Read});
  EXPECT_EQ(parse_scopes("read,write"), (Scopes{Scope::Read, Scope::Write}));
  EXPECT_EQ(parse_scopes(" admin , read"), (Scopes{Scope::Read, Scope::Admin}));
  EXPECT_EQ(parse_scopes(""), Scopes{});
  const auto unknown = parse_scopes("read,owner");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("owner"), std::string::npos);
}

}  // namespace
}  // namespace holdall::auth
