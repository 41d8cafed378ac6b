#include "auth/signer.h"

#include <algorithm>

#include <openssl/hmac.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/claims.h"
#include "auth/key.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLongestLife = std::chrono::days(3653);

std::string scope_claim(Scopes scopes) {
  std::string out;
  for (std::string_view name : {"read", "write", "admin"}) {
    if (!scopes.has(*parse_scope(name))) continue;
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

std::string payload_of(const Grant& grant, Timestamp now) {
  const auto issued_at = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  json::object claims;
  claims["sub"] = grant.subject;
  if (!grant.issuer.empty()) claims["iss"] = grant.issuer;
  if (!grant.audience.empty()) claims["aud"] = grant.audience;
  if (grant.scopes) claims["scope"] = scope_claim(*grant.scopes);
  claims["iat"] = static_cast<std::int64_t>(issued_at.count());
  claims["exp"] = static_cast<std::int64_t>((issued_at + grant.ttl).count());
  return json::serialize(claims);
}

Result<std::string> mac_of(std::string_view text, std::string_view secret, Algorithm algorithm) {
  const EVP_MD* hash = algorithm == Algorithm::HS512   ? EVP_sha512()
                       : algorithm == Algorithm::HS384 ? EVP_sha384()
                                                       : EVP_sha256();
  std::string mac(hash_size_of(algorithm), '\0');
  if (HMAC(hash, secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), reinterpret_cast<unsigned char*>(mac.data()), nullptr) == nullptr) {
    return fail(internal_error("OpenSSL computes no HMAC"));
  }
  return mac;
}

}  // namespace

Result<Signer> Signer::create(std::string_view secret, Algorithm algorithm) {
  HOLDALL_TRY([[maybe_unused]] const Key key, Key::from_secret(secret, algorithm));
  return Signer(std::string(secret), algorithm);
}

Result<std::string> Signer::sign(const Grant& grant, Timestamp now) const {
  if (!is_subject(grant.subject)) {
    return fail(ErrorKind::InvalidArgument, "subject-not-allowed",
                "A subject must be 1 to 255 bytes of UTF-8 without control characters.");
  }
  if (grant.ttl < std::chrono::seconds(1) || grant.ttl > kLongestLife) {
    return fail(ErrorKind::InvalidArgument, "ttl-not-allowed", "A token must live between 1 second and 10 years.");
  }
  const std::string header = R"({"alg":")" + std::string(name_of(algorithm_)) + R"(","typ":"JWT"})";
  const std::string input = to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(payload_of(grant, now)));
  HOLDALL_TRY(const std::string mac, mac_of(input, secret_, algorithm_));
  return input + "." + to_base64url(as_bytes(mac));
}

Result<Scopes> parse_scopes(std::string_view text) {
  Scopes scopes;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(", ", begin), text.size());
    const std::string_view name = text.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) continue;
    const auto scope = parse_scope(name);
    if (!scope) {
      return fail(ErrorKind::InvalidArgument, "scope-not-known",
                  "There is no scope " + std::string(name) + "; take read, write or admin.");
    }
    scopes.add(*scope);
  }
  return scopes;
}

}  // namespace holdall::auth
