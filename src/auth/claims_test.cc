#include "auth/claims.h"

#include <string>

#include <gtest/gtest.h>

namespace holdall::auth {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kNow = 1'700'000'000;
const Timestamp kTime = from_micros(kNow * 1'000'000);

Checked<Claims> judge(const std::string& payload, const ClaimRules& rules = {}, Timestamp now = kTime) {
  return judge_claims(payload, rules, now);
}

/// A payload that is good but for `members`.
std::string with(const std::string& members) { return R"({"exp":1700003600,)" + members + "}"; }

TEST(Claims, NeedASubjectAndAnExpiry) {
  const auto claims = judge(R"({"sub":"7","exp":1700003600})");
  ASSERT_TRUE(claims) << claims.error().reason;
  EXPECT_EQ(claims->principal.subject, "7");
  EXPECT_EQ(claims->principal.expires_at, kTime + seconds(3600));
  EXPECT_EQ(claims->principal.scopes, (Scopes{Scope::Read, Scope::Write}));
  for (const char* payload : {R"({"sub":"7"})", R"({"exp":1700003600})", "{}", "", "null", "[]", "7", "not json",
                              R"({"sub":"7","exp":1700003600}})", R"({"sub":"7","exp":1700003600} {})"}) {
    const auto refused = judge(payload);
    ASSERT_FALSE(refused) << payload;
    EXPECT_EQ(refused.error().kind, RefusalKind::Incomplete) << payload;
  }
}

TEST(Claims, AreRefusedWhenOneIsNamedTwice) {
  for (const char* payload : {R"({"sub":"7","exp":1700003600,"sub":"8"})", R"({"exp":1,"sub":"7","exp":1700003600})",
                              R"({"sub":"7","exp":1700003600,"\u0073ub":"8"})",
                              R"({"sub":"7","exp":1700003600,"act":{"sub":"8","sub":"9"}})"}) {
    EXPECT_FALSE(judge(payload)) << payload;
  }
}

TEST(Claims, TakeNumericDates) {
  const struct {
    const char* exp;
    std::int64_t micros;  // 0: refused
  } cases[] = {
      {"1700003600", 1'700'003'600'000'000},
      {"1700003600.0", 1'700'003'600'000'000},
      {"1700003600.5", 1'700'003'600'500'000},
      {"1.7000036e9", 1'700'003'600'000'000},
      {"253402300799", 253'402'300'799'000'000},
      {"253402300800", 0},
      {"1e12", 0},
      {"9223372036854775807", 0},
      {"18446744073709551615", 0},
      {"99999999999999999999999999", 0},
      {"1e308", 0},
      {"1e999", 0},
      {"-1", 0},
      {"-1700003600", 0},
      {"\"1700003600\"", 0},
      {"null", 0},
      {"true", 0},
      {"[1700003600]", 0},
      {"{}", 0},
      {"NaN", 0},
      {"Infinity", 0},
      {"01700003600", 0},
      {"+1700003600", 0},
      {"0x6553f100", 0},
  };
  for (const auto& [exp, micros] : cases) {
    const auto claims = judge(std::string(R"({"sub":"7","exp":)") + exp + "}");
    ASSERT_EQ(claims.has_value(), micros != 0) << exp;
    if (claims) EXPECT_EQ(to_micros(claims->principal.expires_at), micros) << exp;
  }
}

TEST(Claims, ExpireToTheMicrosecond) {
  const ClaimRules rules{.issuer = {}, .audiences = {}, .leeway = seconds(30)};
  const std::string payload = R"({"sub":"7","exp":1700000000})";
  const std::chrono::microseconds tick(1);
  EXPECT_TRUE(judge(payload, rules, kTime - seconds(1)));
  EXPECT_TRUE(judge(payload, rules, kTime));
  EXPECT_TRUE(judge(payload, rules, kTime + seconds(30) - tick));
  const auto expired = judge(payload, rules, kTime + seconds(30));
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().kind, RefusalKind::Expired);
  EXPECT_EQ(expired.error().reason, "expired at 2023-11-14T22:13:20.000000Z");

  const ClaimRules strict{.issuer = {}, .audiences = {}, .leeway = seconds(0)};
  EXPECT_TRUE(judge(payload, strict, kTime - tick));
  EXPECT_FALSE(judge(payload, strict, kTime)) << "RFC 7519: on or after exp";
}

TEST(Claims, BeginToTheMicrosecond) {
  const ClaimRules rules{.issuer = {}, .audiences = {}, .leeway = seconds(30)};
  const std::chrono::microseconds tick(1);
  for (const char* name : {"nbf", "iat"}) {
    const std::string payload = with(R"("sub":"7",")" + std::string(name) + R"(":1700000000)");
    EXPECT_TRUE(judge(payload, rules, kTime)) << name;
    EXPECT_TRUE(judge(payload, rules, kTime - seconds(30))) << name;
    const auto early = judge(payload, rules, kTime - seconds(30) - tick);
    ASSERT_FALSE(early) << name;
    EXPECT_EQ(early.error().kind, RefusalKind::NotYetValid) << name;
    EXPECT_EQ(judge(payload, rules)->valid_from, kTime) << name;
  }
  EXPECT_EQ(judge(with(R"("sub":"7","iat":1699999000,"nbf":1699999500)"))->valid_from, kTime - seconds(500));
  EXPECT_EQ(judge(with(R"("sub":"7")"))->valid_from, Timestamp{});
  for (const char* bad : {R"("nbf":"now")", R"("iat":null)", R"("nbf":-1)", R"("iat":1e300)"}) {
    EXPECT_FALSE(judge(with(std::string(R"("sub":"7",)") + bad))) << bad;
  }
}

TEST(Claims, TakeTheseSubjects) {
  const std::pair<const char*, std::string> cases[] = {
      {R"("7")", "7"},
      {"7", "7"},
      {"-7", "-7"},
      {"0", "0"},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {R"(" ")", " "},
      {R"("auth0|abc")", "auth0|abc"},
      {R"("\u00e9")", "\xc3\xa9"},
      {R"("\u00a0")", "\xc2\xa0"},
      {R"("\ud83d\ude00")", "\xf0\x9f\x98\x80"},
  };
  for (const auto& [json, subject] : cases) {
    const auto claims = judge(with(std::string(R"("sub":)") + json));
    ASSERT_TRUE(claims) << json << ": " << claims.error().reason;
    EXPECT_EQ(claims->principal.subject, subject);
  }
}

TEST(Claims, RefuseTheseSubjects) {
  for (const std::string& json :
       {std::string(R"("")"), std::string("null"), std::string("true"), std::string("7.0"), std::string("7.5"),
        std::string("1e3"), std::string("[\"7\"]"), std::string("{}"), std::string("18446744073709551616"),
        std::string(R"("a\u0000b")"), std::string(R"("a\nb")"), std::string(R"("\u007f")"), std::string(R"("\u0080")"),
        std::string(R"("\u009f")"), std::string(R"("\ud800")"), std::string("\"\xff\""), std::string("\"\xc0\x80\""),
        '"' + std::string(256, 'x') + '"'}) {
    const auto claims = judge(with(R"("sub":)" + json));
    ASSERT_FALSE(claims) << json;
    EXPECT_EQ(claims.error().kind, RefusalKind::Incomplete) << json;
  }
  EXPECT_TRUE(judge(with(R"("sub":")" + std::string(255, 'x') + '"')));
}

TEST(Claims, ReadScopes) {
  const struct {
    const char* members;
    Scopes scopes;
  } cases[] = {
      {R"("scope":"read")", {Scope::Read}},
      {R"("scope":"write read")", {Scope::Read, Scope::Write}},
      {R"("scope":"read write admin")", {Scope::Read, Scope::Write, Scope::Admin}},
      {R"("scope":"openid profile read")", {Scope::Read}},
      {R"("scope":"openid")", {}},
      {R"("scope":"")", {}},
      {R"("scope":"  read  ")", {Scope::Read}},
      {R"("scope":"READ read:all readwrite")", {}},
      {R"("scope":"read,write")", {}},
      {R"("scp":["read","admin"])", {Scope::Read, Scope::Admin}},
      {R"("scp":"read write")", {Scope::Read, Scope::Write}},
      {R"("scp":[])", {}},
      {R"("scope":["write"])", {Scope::Write}},
      {R"("scope":"read","scp":["admin"])", {Scope::Read}},
      {R"("roles":["admin"])", {Scope::Read, Scope::Write}},
  };
  for (const auto& [members, scopes] : cases) {
    const auto claims = judge(with(std::string(R"("sub":"7",)") + members));
    ASSERT_TRUE(claims) << members << ": " << claims.error().reason;
    EXPECT_EQ(claims->principal.scopes, scopes) << members;
  }
  for (const char* bad :
       {R"("scope":null)", R"("scope":1)", R"("scope":{"read":true})", R"("scp":["read",1])", R"("scp":[["read"]])"}) {
    EXPECT_FALSE(judge(with(std::string(R"("sub":"7",)") + bad))) << bad;
  }
}

TEST(Claims, AreHeldAgainstTheIssuer) {
  const ClaimRules rules{.issuer = "https://id.example.org/", .audiences = {}, .leeway = seconds(30)};
  EXPECT_TRUE(judge(with(R"("sub":"7","iss":"https://id.example.org/")"), rules));
  for (const char* bad : {R"("iss":"https://id.example.org")", R"("iss":"HTTPS://ID.EXAMPLE.ORG/")", R"("iss":"")",
                          R"("iss":["https://id.example.org/"])", R"("iss":null)", R"("x":1)"}) {
    const auto claims = judge(with(std::string(R"("sub":"7",)") + bad), rules);
    ASSERT_FALSE(claims) << bad;
    EXPECT_EQ(claims.error().kind, RefusalKind::Foreign) << bad;
  }
  EXPECT_TRUE(judge(with(R"("sub":"7","iss":"anyone")"))) << "not looked at unless configured";
}

TEST(Claims, AreHeldAgainstTheAudience) {
  const ClaimRules rules{.issuer = {}, .audiences = {"holdall", "files"}, .leeway = seconds(30)};
  for (const char* good :
       {R"("aud":"holdall")", R"("aud":"files")", R"("aud":["other","holdall"])", R"("aud":[1,null,"files"])"}) {
    EXPECT_TRUE(judge(with(std::string(R"("sub":"7",)") + good), rules)) << good;
  }
  for (const char* bad :
       {R"("aud":"other")", R"("aud":"holdall files")", R"("aud":[])", R"("aud":["other"])", R"("aud":[["holdall"]])",
        R"("aud":{"holdall":1})", R"("aud":"")", R"("aud":null)", R"("x":1)"}) {
    const auto claims = judge(with(std::string(R"("sub":"7",)") + bad), rules);
    ASSERT_FALSE(claims) << bad;
    EXPECT_EQ(claims.error().kind, RefusalKind::Foreign) << bad;
  }
  EXPECT_TRUE(judge(with(R"("sub":"7","aud":"another")"))) << "not looked at unless configured";
}

TEST(Claims, AreRefusedWhenNestedTooDeep) {
  EXPECT_TRUE(judge(with(R"("sub":"7","x":)" + std::string(14, '[') + std::string(14, ']'))));
  EXPECT_FALSE(judge(with(R"("sub":"7","x":)" + std::string(1000, '[') + std::string(1000, ']'))));
}

}  // namespace
}  // namespace holdall::auth
