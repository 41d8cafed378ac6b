#pragma once
// Private keys of every algorithm and the tokens they sign: what an issuer does, for tests only.
#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "auth/algorithm.h"
#include "auth/detail/openssl.h"
#include "auth/key.h"
#include "base/encoding.h"

namespace holdall::auth::testing {

class TokenMaker {
 public:
  /// A new key for the algorithm; but HMAC has one secret, and RSA of 2048 bits one key, for all.
  explicit TokenMaker(Algorithm algorithm, unsigned rsa_bits = kSharedRsaBits) : algorithm_(algorithm) {
    switch (family_of(algorithm)) {
      case AlgorithmFamily::Hmac: secret_ = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"; break;
      case AlgorithmFamily::RsaPkcs1:
      case AlgorithmFamily::RsaPss:
        key_ = rsa_bits == kSharedRsaBits ? shared_rsa_key() : detail::PkeyPtr(EVP_RSA_gen(rsa_bits));
        break;
      case AlgorithmFamily::Ecdsa: key_.reset(EVP_EC_gen(curve_of(algorithm))); break;
      case AlgorithmFamily::Eddsa: key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); break;
    }
    if (secret_.empty() && !key_) throw std::runtime_error("no key could be generated");
  }

  TokenMaker(Algorithm algorithm, std::string secret) : algorithm_(algorithm), secret_(std::move(secret)) {}

  Algorithm algorithm() const { return algorithm_; }
  const std::string& secret() const { return secret_; }

  std::string public_pem() const {
    const detail::BioPtr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    return read_all(out.get());
  }

  std::string private_pem() const {
    const detail::BioPtr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return read_all(out.get());
  }

  /// The key that verifies what this one signs.
  Key verification_key(std::string id = {}) const {
    auto key = key_ ? Key::from_pem(public_pem(), algorithm_, std::move(id))
                    : Key::from_secret(secret_, algorithm_, std::move(id));
    if (!key) throw std::runtime_error(describe(key.error()));
    return *std::move(key);
  }

  /// The public key (the secret for HMAC) as a JWK; `members` goes in as it is: `,"kid":"a"`.
  std::string jwk(std::string_view members = {}) const {
    std::string out;
    switch (family_of(algorithm_)) {
      case AlgorithmFamily::Hmac: out = R"({"kty":"oct","k":")" + to_base64url(as_bytes(secret_)) + '"'; break;
      case AlgorithmFamily::RsaPkcs1:
      case AlgorithmFamily::RsaPss:
        out = R"({"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
              number(OSSL_PKEY_PARAM_RSA_E, 0) + '"';
        break;
      case AlgorithmFamily::Ecdsa: {
        const std::size_t size = coordinate_size();
        out = R"({"kty":"EC","crv":")" + std::string(curve_of(algorithm_)) + R"(","x":")" +
              number(OSSL_PKEY_PARAM_EC_PUB_X, size) + R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y, size) + '"';
        break;
      }
      case AlgorithmFamily::Eddsa: {
        std::string raw(32, '\0');
        std::size_t length = raw.size();
        EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &length);
        out = R"({"kty":"OKP","crv":"Ed25519","x":")" + to_base64url(as_bytes(raw)) + '"';
        break;
      }
    }
    return out + std::string(members) + "}";
  }

  /// A compact JWS of exactly this header and payload, whatever they say.
  std::string sign_as(std::string_view header, std::string_view payload) const {
    const std::string input = to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(payload));
    return input + "." + to_base64url(as_bytes(signature_of(input)));
  }

  std::string sign(std::string_view payload, std::string_view key_id = {}) const {
    std::string header = R"({"alg":")" + std::string(name_of(algorithm_)) + R"(","typ":"JWT")";
    if (!key_id.empty()) header += R"(,"kid":")" + std::string(key_id) + '"';
    return sign_as(header + "}", payload);
  }

  /// The raw signature as a JWS carries it.
  std::string signature_of(std::string_view text) const {
    if (!key_) return mac_of(text);
    const detail::MdContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    if (EVP_DigestSignInit(context.get(), &parameters, hash(), nullptr, key_.get()) != 1) throw std::bad_alloc();
    if (family_of(algorithm_) == AlgorithmFamily::RsaPss) {
      EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string out(2048, '\0');
    std::size_t size = out.size();
    if (EVP_DigestSign(context.get(), bytes(out), &size, reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) != 1) {
      throw std::runtime_error("the key does not sign");
    }
    out.resize(size);
    return family_of(algorithm_) == AlgorithmFamily::Ecdsa ? from_der(out) : out;
  }

 private:
  static constexpr unsigned kSharedRsaBits = 2048;

  // To find its primes takes a good part of a second.
  static detail::PkeyPtr shared_rsa_key() {
    static const detail::PkeyPtr key(EVP_RSA_gen(kSharedRsaBits));
    EVP_PKEY_up_ref(key.get());
    return detail::PkeyPtr(key.get());
  }

  static unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

  static const char* curve_of(Algorithm algorithm) {
    return algorithm == Algorithm::ES256 ? "P-256" : algorithm == Algorithm::ES384 ? "P-384" : "P-521";
  }

  static std::string read_all(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }

  std::size_t coordinate_size() const { return algorithm_ == Algorithm::ES512 ? 66 : hash_size_of(algorithm_); }

  const EVP_MD* hash() const {
    switch (hash_size_of(algorithm_)) {
      case 32: return EVP_sha256();
      case 48: return EVP_sha384();
      case 64: return EVP_sha512();
      default: return nullptr;
    }
  }

  std::string mac_of(std::string_view text) const {
    std::string out(hash_size_of(algorithm_), '\0');
    HMAC(hash(), secret_.data(), static_cast<int>(secret_.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), bytes(out), nullptr);
    return out;
  }

  std::string number(const char* parameter, std::size_t size) const {
    BIGNUM* raw = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), parameter, &raw);
    const detail::BignumPtr value(raw);
    std::string out(size == 0 ? static_cast<std::size_t>(BN_num_bytes(raw)) : size, '\0');
    BN_bn2binpad(raw, bytes(out), static_cast<int>(out.size()));
    return to_base64url(as_bytes(out));
  }

  std::string from_der(const std::string& der) const {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const detail::EcSignaturePtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    const std::size_t size = coordinate_size();
    std::string out(2 * size, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes(out), static_cast<int>(size));
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes(out) + size, static_cast<int>(size));
    return out;
  }

  Algorithm algorithm_;
  std::string secret_;
  detail::PkeyPtr key_;
};

inline constexpr std::array<Algorithm, 13> kEveryAlgorithm{
    Algorithm::HS256, Algorithm::HS384, Algorithm::HS512, Algorithm::RS256, Algorithm::RS384,
    Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512, Algorithm::ES256,
    Algorithm::ES384, Algorithm::ES512, Algorithm::EdDSA};

}  // namespace holdall::auth::testing
