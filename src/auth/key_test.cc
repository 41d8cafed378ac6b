#include "auth/key.h"

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "auth/testing/token_maker.h"

namespace holdall::auth {
namespace {

using testing::kEveryAlgorithm;
using testing::TokenMaker;

// Keys take long to make: one of each for all tests.
const TokenMaker& maker_of(Algorithm algorithm) {
  static const auto* makers = [] {
    auto* out = new std::map<Algorithm, TokenMaker>;
    for (Algorithm each : kEveryAlgorithm)
      out->emplace(each, TokenMaker(each));
    return out;
  }();
  return makers->at(algorithm);
}

TEST(Key, VerifiesWhatItsPartnerSigned) {
  for (Algorithm algorithm : kEveryAlgorithm) {
    const TokenMaker& maker = maker_of(algorithm);
    const Key key = maker.verification_key("id");
    EXPECT_EQ(key.algorithm(), algorithm);
    EXPECT_EQ(key.id(), "id");
    for (const std::string& text : {std::string("text"), std::string(), std::string(100'000, 'x')}) {
      EXPECT_TRUE(key.verify(text, maker.signature_of(text))) << name_of(algorithm) << " " << text.size();
    }
  }
}

TEST(Key, RefusesASignatureWithAnyBitChangedAndAnyOtherLength) {
  for (Algorithm algorithm : kEveryAlgorithm) {
    const TokenMaker& maker = maker_of(algorithm);
    const Key key = maker.verification_key();
    const std::string good = maker.signature_of("text");
    for (std::size_t i = 0; i < good.size(); i += 7) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
      EXPECT_FALSE(key.verify("text", bad)) << name_of(algorithm) << " byte " << i;
    }
    const std::string_view view = good;
    for (const std::string& bad :
         {std::string(), std::string(1, '\0'), std::string(view.substr(1)),
          std::string(view.substr(0, good.size() - 1)), good + '\0', '\0' + good, good + good,
          std::string(good.size(), '\0'), std::string(good.size(), '\xff'), std::string(100'000, 'x')}) {
      EXPECT_FALSE(key.verify("text", bad)) << name_of(algorithm) << " length " << bad.size();
    }
    EXPECT_FALSE(key.verify("text ", good)) << name_of(algorithm);
    EXPECT_FALSE(key.verify("", good)) << name_of(algorithm);
    EXPECT_TRUE(key.verify("text", good)) << name_of(algorithm);
  }
}

TEST(Key, LeavesNothingInTheErrorQueue) {
  for (Algorithm algorithm : kEveryAlgorithm) {
    const Key key = maker_of(algorithm).verification_key();
    EXPECT_FALSE(key.verify("text", std::string(256, 'x')));
    EXPECT_EQ(ERR_peek_error(), 0UL) << name_of(algorithm);
  }
  EXPECT_FALSE(Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", std::nullopt));
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(Key, RefusesTheSignaturesOfEveryOtherAlgorithmOfTheSameKey) {
  const TokenMaker& rsa = maker_of(Algorithm::RS256);
  const std::string signature = rsa.signature_of("text");
  for (Algorithm algorithm :
       {Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512}) {
    const auto key = Key::from_pem(rsa.public_pem(), algorithm);
    ASSERT_TRUE(key);
    EXPECT_FALSE(key->verify("text", signature)) << name_of(algorithm);
  }
}

TEST(Key, RefusesADerSignatureWhereTheRawOneBelongs) {
  // The numbers 1 and 1 in DER, and as an ASN.1 structure filled up to the raw length.
  const Key key = maker_of(Algorithm::ES256).verification_key();
  const std::string der = std::string("\x30\x06\x02\x01\x01\x02\x01\x01", 8);
  EXPECT_FALSE(key.verify("text", der));
  EXPECT_FALSE(key.verify("text", der + std::string(56, '\0')));
}

TEST(Key, HasTheAlgorithmOfItsTypeWhereNoneIsGiven) {
  const std::map<Algorithm, Algorithm> expected = {
      {Algorithm::RS512, Algorithm::RS256}, {Algorithm::PS256, Algorithm::RS256}, {Algorithm::ES256, Algorithm::ES256},
      {Algorithm::ES384, Algorithm::ES384}, {Algorithm::ES512, Algorithm::ES512}, {Algorithm::EdDSA, Algorithm::EdDSA}};
  for (const auto& [made_for, own] : expected) {
    const auto key = Key::from_pem(maker_of(made_for).public_pem(), std::nullopt);
    ASSERT_TRUE(key) << describe(key.error());
    EXPECT_EQ(key->algorithm(), own);
  }
}

TEST(Key, FitsOnlyTheAlgorithmsOfItsType) {
  for (Algorithm type : {Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::EdDSA}) {
    for (Algorithm algorithm : kEveryAlgorithm) {
      const bool is_rsa =
          family_of(algorithm) == AlgorithmFamily::RsaPkcs1 || family_of(algorithm) == AlgorithmFamily::RsaPss;
      const bool fits = type == Algorithm::RS256 ? is_rsa : type == algorithm;
      EXPECT_EQ(Key::from_pem(maker_of(type).public_pem(), algorithm).has_value(), fits)
          << name_of(type) << " as " << name_of(algorithm);
    }
  }
}

TEST(Key, IsNeverMadeOfAPublicKeyUsedAsASecret) {
  for (Algorithm type : {Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA}) {
    for (Algorithm algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
      EXPECT_FALSE(Key::from_secret(maker_of(type).public_pem(), algorithm));
      EXPECT_FALSE(Key::from_secret("# a comment\n" + maker_of(type).public_pem(), algorithm));
      EXPECT_FALSE(Key::from_pem(maker_of(type).public_pem(), algorithm));
    }
  }
}

TEST(Key, NeedsASecretAsLongAsTheHash) {
  for (const auto& [algorithm, size] :
       {std::pair(Algorithm::HS256, 32), std::pair(Algorithm::HS384, 48), std::pair(Algorithm::HS512, 64)}) {
    EXPECT_FALSE(Key::from_secret(std::string(static_cast<std::size_t>(size - 1), 's'), algorithm));
    EXPECT_TRUE(Key::from_secret(std::string(static_cast<std::size_t>(size), 's'), algorithm));
    EXPECT_TRUE(Key::from_secret(std::string(1000, '\0'), algorithm)) << "any bytes will do";
  }
  EXPECT_FALSE(Key::from_secret(std::string(64, 's'), Algorithm::RS256));
  EXPECT_FALSE(Key::from_secret(std::string(64, 's'), Algorithm::EdDSA));
}

TEST(Key, RefusesRsaBelow2048Bits) {
  const TokenMaker weak(Algorithm::RS256, 1024);
  const auto key = Key::from_pem(weak.public_pem(), Algorithm::RS256);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("1024"), std::string::npos) << key.error().message;
}

TEST(Key, RefusesAPrivateKeyAndWhatIsNoKey) {
  const auto key = Key::from_pem(maker_of(Algorithm::ES256).private_pem(), std::nullopt);
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().message.find("private"), std::string::npos);
  for (const std::string& text : {std::string(), std::string("key"), std::string(100'000, 'A'),
                                  std::string("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
                                  std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                                  maker_of(Algorithm::RS256).public_pem().substr(0, 200)}) {
    EXPECT_FALSE(Key::from_pem(text, std::nullopt)) << text.substr(0, 100);
  }
}

TEST(Key, RefusesOtherCurvesAndTypes) {
  for (const char* curve : {"secp256k1", "P-224", "brainpoolP256r1"}) {
    const detail::PkeyPtr key(EVP_EC_gen(curve));
    ASSERT_TRUE(key) << curve;
    EVP_PKEY_up_ref(key.get());
    EXPECT_FALSE(Key::from_public_key(detail::PkeyPtr(key.get()), std::nullopt)) << curve;
    EVP_PKEY_up_ref(key.get());
    EXPECT_FALSE(Key::from_public_key(detail::PkeyPtr(key.get()), Algorithm::ES256)) << curve;
  }
  for (const char* type : {"ED448", "X25519"}) {
    detail::PkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, type));
    ASSERT_TRUE(key) << type;
    EXPECT_FALSE(Key::from_public_key(std::move(key), std::nullopt)) << type;
  }
}

}  // namespace
}  // namespace holdall::auth
