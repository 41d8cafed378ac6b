#include "app/token_command.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <vector>

#include "app/backend.h"
#include "auth/explain.h"
#include "auth/open.h"
#include "config/duration.h"

namespace holdall::app {
namespace {

int say(const Error& error) {
  std::fprintf(stderr, "holdall: %s\n", error.message.c_str());
  return 1;
}

Result<std::string> sign(const Settings& settings, const TokenRequest& request) {
  if (request.user.empty())
    return fail(ErrorKind::InvalidArgument, "user-missing", "Say whose token it is: holdall token --user SUBJECT.");
  const auto ttl = config::parse_duration(request.ttl);
  if (!ttl)
    return fail(ErrorKind::InvalidArgument, "ttl-invalid",
                "--ttl is '" + request.ttl + "'; it must be a length of time such as 30min, 24h or 7d.");
  HOLDALL_TRY(const std::string secret, own_secret(settings));
  HOLDALL_TRY(const auth::Signer signer, auth::open_signer(settings.auth, secret));
  auth::Grant grant{.subject = request.user,
                    .ttl = std::chrono::duration_cast<std::chrono::seconds>(*ttl),
                    .scopes = {},
                    .issuer = settings.auth.issuer,
                    .audience = settings.auth.audience.empty() ? "" : settings.auth.audience.front()};
  if (!request.scope.empty()) {
    HOLDALL_TRY(grant.scopes, auth::parse_scopes(request.scope));
  }
  return signer.sign(grant, system_clock().now());
}

Result<std::vector<auth::SharedKeys>> keys_for(const Settings& settings, const VerifyRequest& request) {
  std::vector<auth::SharedKeys> keys;
  if (!request.jwks_file.empty()) {
    HOLDALL_TRY(keys.emplace_back(), auth::read_jwks_file(request.jwks_file));
    return keys;
  }
  HOLDALL_TRY(const std::string secret, own_secret(settings));
  HOLDALL_TRY(const auto sources, auth::open_key_sources(settings.auth, secret, [](const std::string& what) {
                std::fprintf(stderr, "holdall: %s\n", what.c_str());
              }));
  for (const auto& source : sources) {
    if (auth::SharedKeys set = source->keys()) keys.push_back(std::move(set));
  }
  return keys;
}

}  // namespace

int make_token(const Settings& settings, const TokenRequest& request) {
  const Result<std::string> token = sign(settings, request);
  if (!token) return say(token.error());
  std::puts(token->c_str());
  return 0;
}

int verify_token(const Settings& settings, const VerifyRequest& request) {
  std::string token = request.token;
  if (token == "-") token.assign(std::istreambuf_iterator<char>(std::cin), {});
  const auto keys = keys_for(settings, request);
  if (!keys) return say(keys.error());
  const Result<std::string> claims =
      auth::explain_token(token, *keys, auth::claim_rules(settings.auth), system_clock().now());
  if (!claims) return say(claims.error());
  std::fputs(claims->c_str(), stdout);
  return 0;
}

}  // namespace holdall::app
