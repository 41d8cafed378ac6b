#include "auth/open.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "auth/testing/token_maker.h"
#include "config/load.h"
#include "io/sync_wait.h"

namespace holdall::auth {
namespace {

using testing::TokenMaker;

const std::string kOwnSecret(32, 'o');
const std::string kPayload = R"({"sub":"7","exp":4000000000})";

class OpenVerifier : public ::testing::Test {
 protected:
  OpenVerifier() {
    std::string name = ::testing::TempDir() + "open-verifier-XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~OpenVerifier() override { std::filesystem::remove_all(folder); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  bool accepts(const std::string& token) {
    auto verifier = open_verifier(config, kOwnSecret, system_clock(), [](const std::string&) {});
    EXPECT_TRUE(verifier) << describe(verifier.error());
    const Context context;
    return verifier && io::sync_wait((*verifier)->verify(token, context)).has_value();
  }

  std::string refusal() {
    const auto verifier = open_verifier(config, kOwnSecret, system_clock(), [](const std::string&) {});
    return verifier ? "opened" : verifier.error().message;
  }

  static std::string token_with(const std::string& secret, Algorithm algorithm = Algorithm::HS256) {
    return TokenMaker(algorithm, secret).sign(kPayload);
  }

  std::filesystem::path folder;
  Config config;
};

TEST_F(OpenVerifier, UsesTheFoldersKeyWhereNothingIsConfigured) {
  EXPECT_FALSE(has_keys(config));
  EXPECT_TRUE(accepts(token_with(kOwnSecret)));
  const auto signer = open_signer(config, kOwnSecret);
  ASSERT_TRUE(signer);
  EXPECT_TRUE(accepts(signer->sign({.subject = "7"}, system_clock().now()).value()));
}

TEST_F(OpenVerifier, ForgetsTheFoldersKeyWhereAnyIsConfigured) {
  config.secret = std::string(32, 'c');
  EXPECT_TRUE(has_keys(config));
  EXPECT_TRUE(accepts(token_with(config.secret)));
  EXPECT_FALSE(accepts(token_with(kOwnSecret)));
}

TEST_F(OpenVerifier, ReadsSecretsInEveryForm) {
  const std::string secret = std::string(31, 's') + '\n' + std::string(32, 's');
  const std::string encoded = to_base64url(as_bytes(secret));
  config.secret_algorithm = Algorithm::HS512;
  config.secret_encoding = SecretEncoding::Base64url;
  config.secret = encoded;
  EXPECT_TRUE(accepts(token_with(secret, Algorithm::HS512)));
  config.secret.clear();
  config.secret_file = write("encoded", encoded + "\n");
  EXPECT_TRUE(accepts(token_with(secret, Algorithm::HS512)));
  config.secret_encoding = SecretEncoding::Raw;
  for (const char* end : {"", "\n", "\r\n"}) {
    config.secret_file = write("raw", secret + end);
    EXPECT_TRUE(accepts(token_with(secret, Algorithm::HS512)));
  }
  config.secret_file = write("raw", secret + "\n\n");
  EXPECT_TRUE(accepts(token_with(secret + "\n", Algorithm::HS512))) << "only one line end is cut off";
  const auto signer = open_signer(config, kOwnSecret);
  ASSERT_TRUE(signer);
  EXPECT_TRUE(accepts(signer->sign({.subject = "7"}, system_clock().now()).value()));
}

TEST_F(OpenVerifier, TakesAllKindsOfKeysTogether) {
  const TokenMaker pem(Algorithm::PS256);
  const TokenMaker jwk(Algorithm::ES384);
  config.secret = std::string(32, 'c');
  config.public_keys["idp"] = {.file = write("pem", pem.public_pem()), .algorithm = "PS256", .key_id = "p"};
  config.jwks_file = write("jwks", jwk.jwk());
  EXPECT_TRUE(accepts(token_with(config.secret)));
  EXPECT_TRUE(accepts(pem.sign(kPayload, "p")));
  EXPECT_FALSE(accepts(pem.sign(kPayload, "q")));
  EXPECT_TRUE(accepts(jwk.sign(kPayload)));
}

TEST_F(OpenVerifier, FollowsAFileThatChanges) {
  const TokenMaker old_key(Algorithm::ES256);
  const TokenMaker new_key(Algorithm::ES256);
  config.jwks_file = write("jwks", old_key.jwk(R"(,"kid":"old")"));
  const auto sources = open_key_sources(config, kOwnSecret, [](const std::string&) {});
  ASSERT_TRUE(sources);
  ASSERT_EQ(sources->size(), 1U);
  EXPECT_EQ(sources->at(0)->keys()->keys.at(0).id(), "old");
}

TEST_F(OpenVerifier, HoldsTokensAgainstIssuerAndAudience) {
  config.issuer = "us";
  config.audience = {"holdall"};
  const TokenMaker maker(Algorithm::HS256, kOwnSecret);
  EXPECT_TRUE(accepts(maker.sign(R"({"sub":"7","exp":4000000000,"iss":"us","aud":"holdall"})")));
  EXPECT_FALSE(accepts(maker.sign(R"({"sub":"7","exp":4000000000,"iss":"us","aud":"other"})")));
  EXPECT_FALSE(accepts(maker.sign(R"({"sub":"7","exp":4000000000,"iss":"them","aud":"holdall"})")));
}

TEST_F(OpenVerifier, RefusesAConfigurationThatCannotWork) {
  config.secret = "short";
  EXPECT_NE(refusal().find("32 bytes"), std::string::npos) << refusal();
  config.secret = std::string(32, 's');
  config.secret_file = folder / "x";
  EXPECT_NE(refusal().find("both"), std::string::npos) << refusal();
  config = {};
  config.secret = TokenMaker(Algorithm::ES256).public_pem();
  EXPECT_NE(refusal().find("PEM"), std::string::npos) << refusal();
  config = {};
  config.secret = std::string(64, '=');
  config.secret_encoding = SecretEncoding::Base64url;
  EXPECT_NE(refusal().find("base64url"), std::string::npos) << refusal();
  config = {};
  config.jwks_file = folder / "missing";
  EXPECT_NE(refusal().find("missing"), std::string::npos) << refusal();
  config = {};
  config.public_keys["idp"] = {};
  EXPECT_NE(refusal().find("public_keys.idp.file"), std::string::npos) << refusal();
  config.public_keys["idp"] = {
      .file = write("pem", TokenMaker(Algorithm::ES256).public_pem()), .algorithm = "RS256", .key_id = ""};
  EXPECT_NE(refusal().find("RS256"), std::string::npos) << refusal();
  config = {};
  config.jwks_url = "http://id.example.org/";
  EXPECT_NE(refusal().find("https"), std::string::npos) << refusal();
}

TEST_F(OpenVerifier, DoesNotWaitForAnIssuerThatIsAway) {
  config.jwks_url = "http://127.0.0.1:9/jwks";
  EXPECT_EQ(refusal(), "opened");
}

TEST_F(OpenVerifier, CannotSignForAnIssuer) {
  config.jwks_url = "https://id.example.org/";
  const auto signer = open_signer(config, kOwnSecret);
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().kind, ErrorKind::InvalidArgument);
}

TEST_F(OpenVerifier, IsConfiguredByAFile) {
  config::Schema schema;
  declare(schema, config);
  const auto file = write("holdall.toml", R"([auth]
secret_algorithm = "HS512"
jwks_url = "https://id.example.org/jwks"
jwks_grace = "2h"
issuer = "https://id.example.org/"
audience = ["holdall", "files"]
leeway = "5s"
cache_entries = 100
[public_keys.idp]
file = "idp.pem"
algorithm = "PS384"
key_id = "k"
)");
  const auto warnings = config::load(schema, {.file = file});
  ASSERT_TRUE(warnings) << describe(warnings.error());
  EXPECT_EQ(config.secret_algorithm, Algorithm::HS512);
  EXPECT_EQ(config.jwks_grace, std::chrono::hours(2));
  EXPECT_EQ(config.leeway, std::chrono::seconds(5));
  EXPECT_EQ(config.cache_entries, 100U);
  EXPECT_EQ(config.public_keys.at("idp").algorithm, "PS384");
  EXPECT_EQ(claim_rules(config).audiences, (std::vector<std::string>{"holdall", "files"}));
}

TEST_F(OpenVerifier, IsNotConfiguredByNonsense) {
  for (const char* text : {"jwks_url = \"http://id.example.org/\"", "secret_algorithm = \"none\"",
                           "secret_algorithm = \"RS256\"", "leeway = \"1h\"", "cache_entries = -1",
                           "[public_keys.idp]\nalgorithm = \"HS256\"", "[public_keys.idp]\nalgorithm = \"none\""}) {
    Config other;
    config::Schema schema;
    declare(schema, other);
    EXPECT_FALSE(config::load(schema, {.file = write("bad.toml", std::string("[auth]\n") + text + "\n")})) << text;
  }
}

}  // namespace
}  // namespace holdall::auth
