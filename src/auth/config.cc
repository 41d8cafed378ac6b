#include "auth/config.h"

#include "auth/url_key_loader.h"

namespace holdall::auth {
namespace {

using namespace std::chrono_literals;

bool is_public_key_algorithm(std::string_view name) {
  const auto algorithm = parse_algorithm(name);
  return name.empty() || (algorithm && family_of(*algorithm) != AlgorithmFamily::Hmac);
}

bool is_key_url(std::string_view url) { return url.empty() || check_key_url(std::string(url)).has_value(); }

void declare_public_key(config::Schema& members, PublicKeyFile& key) {
  members.add_path("file", key.file, {.doc = "PEM file with a public key or a certificate."});
  members.add_text(
      "algorithm", key.algorithm,
      {.doc = "The algorithm the key is fixed to; empty: RS256 for RSA, ES256, ES384 or ES512 by the curve, "
              "EdDSA for Ed25519.",
       .allowed = "one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
       .check = is_public_key_algorithm});
  members.add_text("key_id", key.key_id, {.doc = "The kid of tokens signed with it; empty: tokens of any kid."});
}

void declare_secret(config::Schema& schema, Config& config) {
  schema.add_text(
      "auth.secret", config.secret,
      {.doc = "The secret that tokens are signed with, at least as long as the algorithm's hash.", .secret = true});
  schema.add_path("auth.secret_file", config.secret_file,
                  {.doc = "A file with the secret; one line end after it does not count."});
  schema.add_choice("auth.secret_encoding", config.secret_encoding,
                    {{"raw", SecretEncoding::Raw}, {"base64url", SecretEncoding::Base64url}},
                    {.doc = "Whether the secret is the text itself or the bytes it encodes."});
  schema.add_choice("auth.secret_algorithm", config.secret_algorithm,
                    {{"HS256", Algorithm::HS256}, {"HS384", Algorithm::HS384}, {"HS512", Algorithm::HS512}},
                    {.doc = "The algorithm the secret is fixed to."});
}

}  // namespace

void declare(config::Schema& schema, Config& config) {
  schema.add_section(
      "auth", "Who may sign tokens. With no key configured the server makes its own, and `holdall token` signs.");
  declare_secret(schema, config);
  schema.add_path("auth.jwks_file", config.jwks_file,
                  {.doc = "A file with a JSON Web Key Set; read again when it changes."});
  schema.add_text("auth.jwks_url", config.jwks_url,
                  {.doc = "Where the issuer publishes its JSON Web Key Set; fetched again before it is stale.",
                   .allowed = "an https:// URL without user and password (http:// for this machine only)",
                   .check = is_key_url});
  schema.add_duration("auth.jwks_grace", config.jwks_grace, 0s, std::chrono::days(30),
                      {.doc = "How long fetched keys serve after they are stale when newer cannot be had."});
  schema.add_text("auth.issuer", config.issuer, {.doc = "What iss must be; empty: not looked at."});
  schema.add_list("auth.audience", config.audience, {.doc = "Of which names aud must hold one; empty: not looked at."});
  schema.add_duration("auth.leeway", config.leeway, 0s, 10min,
                      {.doc = "By how much the clocks of issuer and server may differ."});
  schema.add_integer("auth.cache_entries", config.cache_entries, 0, 1 << 20,
                     {.doc = "How many verified tokens are remembered until they expire."});
  schema.add_group("public_keys", config.public_keys, "A public key that tokens are verified with.",
                   declare_public_key);
}

bool has_keys(const Config& config) {
  return !config.secret.empty() || !config.secret_file.empty() || !config.public_keys.empty() ||
         !config.jwks_file.empty() || !config.jwks_url.empty();
}

ClaimRules claim_rules(const Config& config) {
  return {.issuer = config.issuer, .audiences = config.audience, .leeway = config.leeway};
}

}  // namespace holdall::auth
