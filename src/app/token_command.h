#pragma once
// `holdall token` and `holdall token verify`.
#include <string>

#include "app/settings.h"

namespace holdall::app {

struct TokenRequest {
  std::string user;
  std::string ttl = "24h";
  std::string scope;
};

struct VerifyRequest {
  std::string jwks_file;
  std::string token;
};

/// Prints the token alone on standard output. Exit status.
int make_token(const Settings& settings, const TokenRequest& request);
int verify_token(const Settings& settings, const VerifyRequest& request);

}  // namespace holdall::app
