#pragma once
// What can be configured about tokens, and the parts that are made of it.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "auth/algorithm.h"
#include "auth/claims.h"
#include "config/schema.h"

namespace holdall::auth {

enum class SecretEncoding : std::uint8_t { Raw, Base64url };

/// A PEM file; no algorithm: the one of the key's type (key.h).
struct PublicKeyFile {
  std::filesystem::path file;
  std::string algorithm;
  std::string key_id;
};

struct Config {
  std::string secret;
  std::filesystem::path secret_file;
  SecretEncoding secret_encoding = SecretEncoding::Raw;
  Algorithm secret_algorithm = Algorithm::HS256;
  std::map<std::string, PublicKeyFile> public_keys;
  std::filesystem::path jwks_file;
  std::string jwks_url;
  std::chrono::seconds jwks_grace = std::chrono::hours(24);
  std::string issuer;
  std::vector<std::string> audience;
  std::chrono::seconds leeway{30};
  std::uint32_t cache_entries = 4096;
};

void declare(config::Schema& schema, Config& config);

/// False when the installation has no keys but its own (signing_key_file.h).
bool has_keys(const Config& config);

ClaimRules claim_rules(const Config& config);

}  // namespace holdall::auth
