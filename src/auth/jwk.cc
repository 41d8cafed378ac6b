#include "auth/jwk.h"

#include <algorithm>
#include <array>
#include <optional>

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "auth/detail/strict_json.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

namespace json = boost::json;

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, detail::Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, detail::Free<OSSL_PARAM_free>>;

constexpr std::size_t kMaxKeyIdBytes = 255;
constexpr std::size_t kMaxRsaBytes = 1024 + 1;  // 8192 bits and the zero that some encoders put in front
constexpr std::size_t kMaxSecretBytes = 4096;

template <class T>
using Parsed = std::expected<T, std::string>;

std::unexpected<std::string> useless(std::string why) { return std::unexpected(std::move(why)); }

// The member's text; empty where there is none, which no member of a key may be.
Parsed<std::string> text_of(const json::object& jwk, std::string_view name) {
  const json::value* member = jwk.if_contains(name);
  if (member == nullptr) return std::string();
  const json::string* text = member->if_string();
  if (text == nullptr) return useless(std::string(name) + " is not a string");
  return std::string(text->data(), text->size());
}

Parsed<std::string> bytes_of(const json::object& jwk, std::string_view name, std::size_t max) {
  const auto text = text_of(jwk, name);
  if (!text) return useless(text.error());
  auto bytes = parse_base64url(*text);
  if (!bytes || bytes->empty()) return useless(std::string(name) + " is missing or not base64url");
  if (bytes->size() > max) return useless(std::string(name) + " is too long");
  return *std::move(bytes);
}

detail::PkeyPtr make_public_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const detail::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return detail::PkeyPtr(key);
}

detail::BignumPtr number(const std::string& bytes) {
  return detail::BignumPtr(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
}

Parsed<detail::PkeyPtr> rsa_key(const json::object& jwk) {
  const auto modulus = bytes_of(jwk, "n", kMaxRsaBytes);
  if (!modulus) return useless(modulus.error());
  const auto exponent = bytes_of(jwk, "e", 8);
  if (!exponent) return useless(exponent.error());
  const detail::BignumPtr n = number(*modulus);
  const detail::BignumPtr e = number(*exponent);
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return useless("OpenSSL does not take n and e");
  }
  return make_public_key("RSA", builder.get());
}

struct Curve {
  std::string_view name;
  std::size_t coordinate_size;
};
constexpr std::array<Curve, 3> kCurves{{{"P-256", 32}, {"P-384", 48}, {"P-521", 66}}};

Parsed<detail::PkeyPtr> ec_key(const json::object& jwk) {
  const auto name = text_of(jwk, "crv");
  if (!name) return useless(name.error());
  const auto curve = std::ranges::find(kCurves, std::string_view(*name), &Curve::name);
  if (curve == kCurves.end()) return useless("the curve " + quoted(*name) + " is not one of P-256, P-384, P-521");
  std::string point = "\x04";  // uncompressed (SEC 1 section 2.3.3)
  for (std::string_view coordinate : {"x", "y"}) {
    const auto bytes = bytes_of(jwk, coordinate, curve->coordinate_size);
    if (!bytes) return useless(bytes.error());
    if (bytes->size() != curve->coordinate_size) return useless(std::string(coordinate) + " is too short");
    point += *bytes;
  }
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, name->c_str(), name->size()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return useless("OpenSSL does not take the point");
  }
  return make_public_key("EC", builder.get());
}

Parsed<detail::PkeyPtr> okp_key(const json::object& jwk) {
  const auto name = text_of(jwk, "crv");
  if (!name) return useless(name.error());
  if (*name != "Ed25519") return useless("the curve " + quoted(*name) + " is not Ed25519");
  const auto bytes = bytes_of(jwk, "x", 32);
  if (!bytes) return useless(bytes.error());
  return detail::PkeyPtr(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(bytes->data()), bytes->size()));
}

Parsed<std::optional<Algorithm>> algorithm_of(const json::object& jwk) {
  const auto name = text_of(jwk, "alg");
  if (!name) return useless(name.error());
  if (!jwk.contains("alg")) return std::nullopt;
  const auto algorithm = parse_algorithm(*name);
  if (!algorithm) return useless("alg " + quoted(*name) + " is not for signatures");
  return *algorithm;
}

Parsed<void> check_purpose(const json::object& jwk) {
  const auto use = text_of(jwk, "use");
  if (!use) return useless(use.error());
  if (jwk.contains("use") && *use != "sig") return useless("it is not for signatures (use)");
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return {};
  const json::array* list = operations->if_array();
  if (list == nullptr) return useless("key_ops is not a list");
  const bool verifies = std::ranges::any_of(*list, [](const json::value& operation) {
    const json::string* text = operation.if_string();
    return text != nullptr && *text == "verify";
  });
  if (!verifies) return useless("it is not for verifying (key_ops)");
  return {};
}

Parsed<Key> usable(Result<Key> key) {
  if (key) return *std::move(key);
  return useless(key.error().message);
}

}  // namespace

std::expected<Key, std::string> parse_jwk(const json::object& jwk, SecretKeys secrets) {
  const detail::ErrorQueueGuard guard;
  if (auto purpose = check_purpose(jwk); !purpose) return useless(purpose.error());
  const auto type = text_of(jwk, "kty");
  if (!type) return useless(type.error());
  auto id = text_of(jwk, "kid");
  if (!id) return useless(id.error());
  if (id->size() > kMaxKeyIdBytes) return useless("kid is longer than 255 bytes");
  const auto algorithm = algorithm_of(jwk);
  if (!algorithm) return useless(algorithm.error());
  if (*type == "oct") {
    if (secrets == SecretKeys::Skipped) return useless("a secret must not be published");
    const auto secret = bytes_of(jwk, "k", kMaxSecretBytes);
    if (!secret) return useless(secret.error());
    return usable(Key::from_secret(*secret, algorithm->value_or(Algorithm::HS256), *std::move(id)));
  }
  auto key = *type == "RSA"   ? rsa_key(jwk)
             : *type == "EC"  ? ec_key(jwk)
             : *type == "OKP" ? okp_key(jwk)
                              : useless("the key type " + quoted(*type) + " is not known");
  if (!key) return useless(key.error());
  if (!*key) return useless("its numbers make no key");
  return usable(Key::from_public_key(*std::move(key), *algorithm, *std::move(id)));
}

Result<KeySet> parse_jwks(std::string_view text, SecretKeys secrets) {
  const auto refuse_set = [](std::string why) {
    return fail(ErrorKind::InvalidArgument, "jwks-not-usable", "The key set cannot be used: " + std::move(why) + ".");
  };
  if (text.size() > kMaxJwksBytes) return refuse_set("it is larger than 1 MiB");
  const auto document = detail::parse_json_object(text);
  if (!document) return refuse_set("it is " + document.error());
  json::array single;
  const json::value* member = document->if_contains("keys");
  if (member == nullptr && document->contains("kty")) single.emplace_back(*document);
  const json::array* list = member == nullptr ? &single : member->if_array();
  if (list == nullptr || (member == nullptr && single.empty())) return refuse_set("it has no list of keys");
  if (list->size() > kMaxKeys) return refuse_set("it has more than 256 keys");

  KeySet out;
  for (const json::value& item : *list) {
    const json::object* jwk = item.if_object();
    auto key = jwk == nullptr ? useless("it is not an object") : parse_jwk(*jwk, secrets);
    if (key) {
      out.keys.push_back(*std::move(key));
    } else {
      out.skipped.push_back("key " + std::to_string(&item - list->data() + 1) + ": " + key.error());
    }
  }
  if (!out.keys.empty()) return out;
  return refuse_set(out.skipped.empty() ? "it is empty" : "none of its keys is usable, " + out.skipped.front());
}

}  // namespace holdall::auth
