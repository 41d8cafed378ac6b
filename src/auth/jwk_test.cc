#include "auth/jwk.h"

#include <string>

#include <gtest/gtest.h>

#include "auth/detail/strict_json.h"
#include "auth/testing/token_maker.h"

namespace holdall::auth {
namespace {

using testing::kEveryAlgorithm;
using testing::TokenMaker;

std::expected<Key, std::string> parse(const std::string& text, SecretKeys secrets = SecretKeys::Taken) {
  const auto object = detail::parse_json_object(text);
  EXPECT_TRUE(object) << text << object.error();
  return parse_jwk(object.value(), secrets);
}

const TokenMaker& rsa() {
  static const auto* maker = new TokenMaker(Algorithm::RS256);
  return *maker;
}

TEST(Jwk, OfEveryAlgorithmVerifies) {
  for (Algorithm algorithm : kEveryAlgorithm) {
    const TokenMaker maker(algorithm);
    const auto key = parse(maker.jwk(R"(,"kid":"k","use":"sig","alg":")" + std::string(name_of(algorithm)) + '"'));
    ASSERT_TRUE(key) << name_of(algorithm) << ": " << key.error();
    EXPECT_EQ(key->algorithm(), algorithm);
    EXPECT_EQ(key->id(), "k");
    EXPECT_TRUE(key->verify("text", maker.signature_of("text"))) << name_of(algorithm);
    EXPECT_FALSE(key->verify("Text", maker.signature_of("text"))) << name_of(algorithm);
  }
}

TEST(Jwk, WithoutAlgorithmHasTheOneOfItsType) {
  for (const auto& [type, expected] :
       {std::pair(Algorithm::HS512, Algorithm::HS256), std::pair(Algorithm::RS256, Algorithm::RS256),
        std::pair(Algorithm::ES256, Algorithm::ES256), std::pair(Algorithm::ES384, Algorithm::ES384),
        std::pair(Algorithm::ES512, Algorithm::ES512), std::pair(Algorithm::EdDSA, Algorithm::EdDSA)}) {
    const auto key = parse(TokenMaker(type).jwk());
    ASSERT_TRUE(key) << key.error();
    EXPECT_EQ(key->algorithm(), expected);
    EXPECT_EQ(key->id(), "");
  }
}

TEST(Jwk, RespectsUseAndOperations) {
  const struct {
    const char* members;
    bool is_usable;
  } cases[] = {
      {R"(,"use":"sig")", true},
      {R"(,"use":"enc")", false},
      {R"(,"use":"")", false},
      {R"(,"use":null)", false},
      {R"(,"key_ops":["verify"])", true},
      {R"(,"key_ops":["sign","verify"])", true},
      {R"(,"key_ops":["sign"])", false},
      {R"(,"key_ops":[])", false},
      {R"(,"key_ops":"verify")", false},
      {R"(,"key_ops":[1,null,"verify"])", true},
      {R"(,"use":"sig","key_ops":["encrypt"])", false},
      {R"(,"alg":"PS512")", true},
      {R"(,"alg":"RSA-OAEP")", false},
      {R"(,"alg":"none")", false},
      {R"(,"alg":"")", false},
      {R"(,"alg":null)", false},
      {R"(,"alg":"HS256")", false},
      {R"(,"alg":"ES256")", false},
      {R"(,"kid":7)", false},
      {R"(,"x5c":["not a certificate"],"x5u":"https://evil.example/","d":"AQAB")", true},
  };
  for (const auto& [members, is_usable] : cases) {
    EXPECT_EQ(parse(rsa().jwk(members)).has_value(), is_usable) << members;
  }
}

TEST(Jwk, RefusesNumbersThatMakeNoKey) {
  const std::string n1024 = to_base64url(as_bytes(std::string(128, '\xff')));
  const std::string n2048 = to_base64url(as_bytes(std::string(256, '\xff')));
  const std::string n8200 = to_base64url(as_bytes(std::string(1026, '\xff')));
  const std::string x32 = to_base64url(as_bytes(std::string(32, '\x01')));
  const std::string x31 = to_base64url(as_bytes(std::string(31, '\x01')));
  const std::string x33 = to_base64url(as_bytes(std::string(33, '\x01')));
  for (const std::string& text : {
           std::string(R"({})"),
           std::string(R"({"kty":"rsa"})"),
           std::string(R"({"kty":["RSA"]})"),
           std::string(R"({"kty":"RSA"})"),
           R"({"kty":"RSA","n":")" + n2048 + R"("})",
           R"({"kty":"RSA","e":"AQAB","n":")" + n1024 + R"("})",
           R"({"kty":"RSA","e":"AQAB","n":")" + n8200 + R"("})",
           R"({"kty":"RSA","e":"AQAB","n":")" + n2048 + R"(="})",
           R"({"kty":"RSA","e":"AQ","n":")" + n2048 + R"("})",  // 1
           R"({"kty":"RSA","e":"Ag","n":")" + n2048 + R"("})",  // 2
           R"({"kty":"RSA","e":"AA","n":")" + n2048 + R"("})",  // 0
           R"({"kty":"RSA","e":"","n":")" + n2048 + R"("})",
           R"({"kty":"RSA","e":65537,"n":")" + n2048 + R"("})",
           R"({"kty":"RSA","e":")" + n2048 + R"(","n":")" + n2048 + R"("})",
           R"({"kty":"EC","crv":"P-256","x":")" + x32 + R"(","y":")" + x32 + R"("})",  // not on the curve
           R"({"kty":"EC","crv":"P-256","x":")" + x31 + R"(","y":")" + x32 + R"("})",
           R"({"kty":"EC","crv":"P-256","x":")" + x33 + R"(","y":")" + x31 + R"("})",
           R"({"kty":"EC","crv":"P-256","x":")" + x32 + R"("})",
           R"({"kty":"EC","crv":"secp256k1","x":")" + x32 + R"(","y":")" + x32 + R"("})",
           R"({"kty":"EC","x":")" + x32 + R"(","y":")" + x32 + R"("})",
           R"({"kty":"OKP","crv":"Ed25519","x":")" + x31 + R"("})",
           R"({"kty":"OKP","crv":"Ed25519","x":")" + x33 + R"("})",
           R"({"kty":"OKP","crv":"X25519","x":")" + x32 + R"("})",
           R"({"kty":"OKP","crv":"Ed448","x":")" + x32 + R"("})",
           std::string(R"({"kty":"oct"})"),
           std::string(R"({"kty":"oct","k":""})"),
           R"({"kty":"oct","k":")" + x31 + R"("})",
           R"({"kty":"oct","alg":"HS512","k":")" + x32 + R"("})",
           R"({"kty":"oct","alg":"RS256","k":")" + x32 + R"("})",
       }) {
    const auto key = parse(text);
    EXPECT_FALSE(key) << text;
    if (!key) EXPECT_FALSE(key.error().empty());
  }
}

TEST(Jwk, TakesTheZeroThatSomeEncodersPutBeforeTheModulus) {
  const auto document = detail::parse_json_object(rsa().jwk());
  const std::string n = *parse_base64url(std::string_view(document->at("n").as_string()));
  const auto key = parse(R"({"kty":"RSA","e":"AQAB","n":")" + to_base64url(as_bytes('\0' + n)) + R"("})");
  ASSERT_TRUE(key) << key.error();
  EXPECT_TRUE(key->verify("text", rsa().signature_of("text")));
}

TEST(Jwk, OfASecretIsSkippedWhereItWasPublished) {
  const std::string secret = TokenMaker(Algorithm::HS256).jwk();
  EXPECT_TRUE(parse(secret, SecretKeys::Taken));
  EXPECT_FALSE(parse(secret, SecretKeys::Skipped));
  EXPECT_TRUE(parse(rsa().jwk(), SecretKeys::Skipped));
}

TEST(Jwks, TakesWhatIsUsableAndNotesTheRest) {
  const std::string text = R"({"keys":[{"kty":"new"},)" + rsa().jwk(R"(,"kid":"a")") + ",7," +
                           rsa().jwk(R"(,"use":"enc")") + "," + rsa().jwk(R"(,"kid":"b","alg":"PS256")") +
                           R"(],"other":[1,2]})";
  const auto keys = parse_jwks(text, SecretKeys::Taken);
  ASSERT_TRUE(keys) << describe(keys.error());
  ASSERT_EQ(keys->keys.size(), 2U);
  EXPECT_EQ(keys->keys[0].id(), "a");
  EXPECT_EQ(keys->keys[1].id(), "b");
  EXPECT_EQ(keys->keys[1].algorithm(), Algorithm::PS256);
  ASSERT_EQ(keys->skipped.size(), 3U);
  EXPECT_EQ(keys->skipped[0], "key 1: the key type \"new\" is not known");
  EXPECT_EQ(keys->skipped[1], "key 3: it is not an object");
  EXPECT_EQ(keys->skipped[2], "key 4: it is not for signatures (use)");
}

TEST(Jwks, MayBeASingleKey) {
  const auto keys = parse_jwks(rsa().jwk(R"(,"kid":"a")"), SecretKeys::Skipped);
  ASSERT_TRUE(keys) << describe(keys.error());
  ASSERT_EQ(keys->keys.size(), 1U);
  EXPECT_EQ(keys->keys[0].id(), "a");
}

TEST(Jwks, RefusesWhatHoldsNoKey) {
  std::string many = R"({"keys":[)";
  for (std::size_t i = 0; i < kMaxKeys; ++i)
    many += "{},";
  many += rsa().jwk() + "]}";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"), std::string(R"({"keys":[]})"),
        std::string(R"({"keys":{}})"), std::string(R"({"keys":null})"), std::string(R"({"keys":[{}]})"),
        R"({"keys":[)" + rsa().jwk() + "]", R"({"keys":[)" + rsa().jwk() + R"(],"keys":[]})",
        R"({"keys":[)" + rsa().jwk(R"(,"kty":"oct")") + "]}", "<html></html>" + rsa().jwk(), many,
        std::string(100'000, '['), rsa().jwk() + std::string(kMaxJwksBytes, ' ')}) {
    const auto keys = parse_jwks(text, SecretKeys::Taken);
    ASSERT_FALSE(keys) << text.substr(0, 200);
    EXPECT_EQ(keys.error().kind, ErrorKind::InvalidArgument);
  }
}

}  // namespace
}  // namespace holdall::auth
