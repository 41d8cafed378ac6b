#include "auth/jws.h"

#include <string>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::auth {
namespace {

std::string token_of(std::string_view header, std::string_view payload = "{}", std::string_view signature = "sig") {
  return to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(payload)) + "." +
         to_base64url(as_bytes(signature));
}

TEST(Jws, IsTakenApart) {
  const std::string token = token_of(R"({"alg":"ES256","kid":"key-1","typ":"JWT"})", "payload", "signature");
  const auto jws = parse_jws(token);
  ASSERT_TRUE(jws) << jws.error().reason;
  EXPECT_EQ(jws->algorithm, Algorithm::ES256);
  EXPECT_EQ(jws->key_id, "key-1");
  EXPECT_EQ(jws->payload, "payload");
  EXPECT_EQ(jws->signature, "signature");
  EXPECT_EQ(jws->signing_input, token.substr(0, token.rfind('.')));
}

TEST(Jws, TakesTheseHeaders) {
  for (const char* header : {
           R"({"alg":"HS256"})",
           R"({"alg":"HS256","typ":"jwt"})",
           R"({"alg":"HS256","typ":"at+jwt"})",
           R"({"alg":"HS256","typ":"AT+JWT"})",
           R"({"alg":"HS256","typ":"application/at+jwt"})",
           R"({"alg":"HS256","kid":""})",
           R"( {"alg" : "HS256"}  )",
           R"({"\u0061lg":"HS256"})",
           R"({"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"},"x5c":[],"jku":"https://evil.example/"})",
       }) {
    EXPECT_TRUE(parse_jws(token_of(header))) << header;
  }
}

TEST(Jws, RefusesTheseHeaders) {
  const std::string deep = R"({"alg":"HS256","x":)" + std::string(40, '[') + std::string(40, ']') + "}";
  for (const std::string& header : {
           std::string(""),
           std::string("null"),
           std::string("[]"),
           std::string("\"alg\""),
           std::string("{}"),
           std::string(R"({"alg":"HS256")"),
           std::string(R"({"alg":"HS256"}x)"),
           std::string(R"({"alg":"HS256"}{})"),
           std::string(R"({"alg":"HS256",})"),
           std::string(R"({'alg':'HS256'})"),
           std::string(R"({"alg":"HS256"/**/})"),
           std::string("\xef\xbb\xbf{\"alg\":\"HS256\"}"),
           std::string("{\"alg\":\"HS256\xff\"}"),
           std::string("{\"alg\":\"HS256\",\"kid\":\"\xc3\"}"),
           std::string(R"({"alg":"HS256","kid":"\ud800"})"),
           std::string(R"({"alg":"HS256","kid":7})"),
           std::string(R"({"alg":"HS256","kid":null})"),
           R"({"alg":"HS256","kid":")" + std::string(256, 'k') + R"("})",
           std::string(R"({"alg":null})"),
           std::string(R"({"alg":["HS256"]})"),
           std::string(R"({"alg":"HS256","alg":"none"})"),
           std::string(R"({"alg":"HS256","\u0061lg":"none"})"),
           std::string(R"({"alg":"HS256","x":{"a":1,"b":2,"a":3}})"),
           std::string(R"({"alg":"HS256","crit":[]})"),
           std::string(R"({"alg":"HS256","crit":["exp"],"exp":1})"),
           std::string(R"({"alg":"HS256","b64":false,"crit":["b64"]})"),
           std::string(R"({"alg":"HS256","typ":"JWE"})"),
           std::string(R"({"alg":"HS256","typ":"dpop+jwt"})"),
           std::string(R"({"alg":"HS256","typ":""})"),
           std::string(R"({"alg":"HS256","typ":1})"),
           deep,
       }) {
    const auto jws = parse_jws(token_of(header));
    ASSERT_FALSE(jws) << header;
    EXPECT_EQ(jws.error().kind, RefusalKind::Malformed) << header;
  }
}

TEST(Jws, RefusesEveryAlgorithmItDoesNotKnow) {
  for (const char* name : {"none", "None", "NONE", "nOnE", "", "hs256", "Hs256", "HS256 ", " HS256", "HS1", "HS2560",
                           "ES256K", "RSA-OAEP", "dir", "A128KW", "EdDSA\\u0000", "HS256\\u0000", "Ed448"}) {
    const auto jws = parse_jws(token_of(std::string(R"({"alg":")") + name + R"("})"));
    ASSERT_FALSE(jws) << name;
    EXPECT_EQ(jws.error().kind, RefusalKind::Untrusted) << name;
  }
}

TEST(Jws, RefusesWhatIsNotThreeSegmentsOfBase64url) {
  const std::string header = to_base64url(as_bytes(R"({"alg":"HS256"})"));
  for (const std::string& token : {std::string(""),
                                   std::string("."),
                                   std::string(".."),
                                   std::string("..."),
                                   header,
                                   header + ".e30",
                                   header + ".e30.",
                                   header + ".e30.c2ln.",
                                   header + ".e30.c2ln.c2ln.c2ln",
                                   header + ".e30.c2lnI",
                                   "." + header,
                                   header + "=.e30.c2ln",
                                   header + ".e30=.c2ln",
                                   header + ".e30.c2ln=",
                                   header + ".e3 0.c2ln",
                                   header + ".e30.c2l\n",
                                   header + ".e30.c2l+",
                                   header + ".e30.c2l/",
                                   header + ".e30.c2l%3D",
                                   header + ".e31.c2ln",
                                   " " + header + ".e30.c2ln",
                                   header + ".e30.c2ln ",
                                   header + std::string(".e30.c2l\0", 9),
                                   std::string("eyJhbGciOiJIUzI1NiJ9\xc2\xa0.e30.c2ln")}) {
    const auto jws = parse_jws(token);
    ASSERT_FALSE(jws) << token;
    EXPECT_EQ(jws.error().kind, RefusalKind::Malformed) << token;
  }
}

TEST(Jws, TakesEightKibibytesAndNotOneMore) {
  const std::string header = to_base64url(as_bytes(R"({"alg":"HS256"})"));
  const auto token_of_size = [&](std::size_t size) {
    return header + "." + std::string(size - header.size() - 6, 'A') + ".AAAA";
  };
  for (std::size_t size = kMaxTokenBytes - 3; size <= kMaxTokenBytes; ++size) {
    const bool is_base64url = (size - header.size() - 6) % 4 != 1;
    EXPECT_EQ(parse_jws(token_of_size(size)).has_value(), is_base64url) << size;
  }
  for (const std::size_t size : {kMaxTokenBytes + 1, kMaxTokenBytes + 2, kMaxTokenBytes * 1024}) {
    const auto jws = parse_jws(token_of_size(size));
    ASSERT_FALSE(jws) << size;
    EXPECT_NE(jws.error().reason.find("8 KiB"), std::string::npos);
  }
}

TEST(Jws, ReasonsShowNothingThatATerminalWouldObey) {
  const auto jws = parse_jws(token_of(R"({"alg":"\u001b[31mred\n\u009b"})"));
  ASSERT_FALSE(jws);
  for (const char c : jws.error().reason)
    EXPECT_TRUE(c >= ' ' && c <= '~') << jws.error().reason;
}

}  // namespace
}  // namespace holdall::auth
