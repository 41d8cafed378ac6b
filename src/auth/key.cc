#include "auth/key.h"

#include <array>
#include <cstdint>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace holdall::auth {
namespace {

using detail::ErrorQueueGuard;

constexpr int kMinRsaBits = 2048;
// Bounds what one verification may cost; larger keys exist only to make others work.
constexpr int kMaxRsaBits = 8192;

Failure refuse_key(std::string message) {
  return fail(ErrorKind::InvalidArgument, "key-not-usable", std::move(message));
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

const EVP_MD* hash_of(Algorithm algorithm) {
  switch (hash_size_of(algorithm)) {
    case 32: return EVP_sha256();
    case 48: return EVP_sha384();
    case 64: return EVP_sha512();
    default: return nullptr;  // EdDSA hashes by itself
  }
}

int curve_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ES256: return NID_X9_62_prime256v1;
    case Algorithm::ES384: return NID_secp384r1;
    case Algorithm::ES512: return NID_secp521r1;
    default: return NID_undef;
  }
}

// Bytes of r and of s: the curve's size rounded up (RFC 7518 section 3.4); 521 bits make 66.
std::size_t coordinate_size_of(Algorithm algorithm) {
  return algorithm == Algorithm::ES512 ? 66 : hash_size_of(algorithm);
}

int curve_of(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) != 1) return NID_undef;
  return OBJ_txt2nid(name.data());
}

Result<void> check_rsa(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return refuse_key("An RSA key must have 2048 to 8192 bits; this one has " + std::to_string(bits) + ".");
  }
  BIGNUM* raw = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &raw);
  const detail::BignumPtr exponent(raw);
  if (!exponent || BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) != 0 ||
      BN_num_bits(exponent.get()) > 64) {
    return refuse_key("An RSA key's public exponent must be an odd number from 3 to 2^64.");
  }
  return {};
}

Result<Algorithm> own_algorithm(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: return Algorithm::RS256;
    case EVP_PKEY_ED25519: return Algorithm::EdDSA;
    case EVP_PKEY_EC:
      for (Algorithm algorithm : {Algorithm::ES256, Algorithm::ES384, Algorithm::ES512}) {
        if (curve_of(key) == curve_of(algorithm)) return algorithm;
      }
      return refuse_key("An EC key must be on the curve P-256, P-384 or P-521.");
    default: return refuse_key("A public key must be RSA, EC (P-256, P-384, P-521) or Ed25519.");
  }
}

Result<void> check_fit(const EVP_PKEY* key, Algorithm algorithm) {
  HOLDALL_TRY(const Algorithm own, own_algorithm(key));
  const AlgorithmFamily family = family_of(algorithm);
  const bool fits = own == Algorithm::RS256 ? family == AlgorithmFamily::RsaPkcs1 || family == AlgorithmFamily::RsaPss
                                            : own == algorithm;
  if (!fits) {
    return refuse_key("The key is not one for " + std::string(name_of(algorithm)) + "; it fits " +
                      std::string(name_of(own)) + ".");
  }
  return own == Algorithm::RS256 ? check_rsa(key) : Result<void>{};
}

// RFC 7518 section 3.4 carries r and s side by side; OpenSSL wants them in DER.
std::string to_der(std::string_view signature, std::size_t coordinate_size) {
  if (signature.size() != 2 * coordinate_size) return {};
  const int size = static_cast<int>(coordinate_size);
  detail::BignumPtr r(BN_bin2bn(bytes_of(signature), size, nullptr));
  detail::BignumPtr s(BN_bin2bn(bytes_of(signature) + size, size, nullptr));
  const detail::EcSignaturePtr pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

detail::PkeyPtr read_pem(std::string_view pem) {
  const auto open = [&] { return detail::BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); };
  // Never asks a person for a pass phrase: neither form is encrypted.
  const auto no_pass_phrase = [](char*, int, int, void*) { return -1; };
  if (pem.find("-----BEGIN CERTIFICATE-----") != pem.npos) {
    const detail::X509Ptr certificate(PEM_read_bio_X509(open().get(), nullptr, no_pass_phrase, nullptr));
    return detail::PkeyPtr(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  }
  return detail::PkeyPtr(PEM_read_bio_PUBKEY(open().get(), nullptr, no_pass_phrase, nullptr));
}

bool looks_like_pem(std::string_view text) { return text.find("-----BEGIN ") != text.npos; }

}  // namespace

Result<Key> Key::from_secret(std::string_view secret, Algorithm algorithm, std::string id) {
  const ErrorQueueGuard guard;
  if (family_of(algorithm) != AlgorithmFamily::Hmac) {
    return refuse_key("A secret serves HS256, HS384 or HS512, not " + std::string(name_of(algorithm)) + ".");
  }
  if (looks_like_pem(secret)) {
    return refuse_key("The secret is a PEM key, which others may know; configure it as a public key.");
  }
  if (secret.size() < hash_size_of(algorithm)) {
    return refuse_key("A secret for " + std::string(name_of(algorithm)) + " must have at least " +
                      std::to_string(hash_size_of(algorithm)) + " bytes; this one has " +
                      std::to_string(secret.size()) + ".");
  }
  const detail::MacPtr hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  detail::MacContextPtr context(hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr);
  std::string hash = EVP_MD_get0_name(hash_of(algorithm));
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash.data(), hash.size()), OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), bytes_of(secret), secret.size(), parameters.data()) != 1) {
    return fail(internal_error("OpenSSL does not set up HMAC"));
  }
  Key key(algorithm, std::move(id));
  key.mac_ = std::move(context);
  return key;
}

Result<Key> Key::from_pem(std::string_view pem, std::optional<Algorithm> algorithm, std::string id) {
  const ErrorQueueGuard guard;
  if (pem.size() > 64 * 1024) return refuse_key("A PEM key has at most 64 KiB.");
  if (pem.find("PRIVATE KEY-----") != pem.npos) {
    return refuse_key("This is a private key; give the public one (openssl pkey -pubout).");
  }
  detail::PkeyPtr key = read_pem(pem);
  if (!key) return refuse_key("A public key must be PEM text that begins with PUBLIC KEY or CERTIFICATE.");
  return from_public_key(std::move(key), algorithm, std::move(id));
}

Result<Key> Key::from_public_key(detail::PkeyPtr public_key, std::optional<Algorithm> algorithm, std::string id) {
  const ErrorQueueGuard guard;
  if (!algorithm) {
    HOLDALL_TRY(algorithm, own_algorithm(public_key.get()));
  }
  HOLDALL_TRY_VOID(check_fit(public_key.get(), *algorithm));
  Key key(*algorithm, std::move(id));
  key.public_key_ = std::move(public_key);
  return key;
}

bool Key::verify(std::string_view text, std::string_view signature) const {
  const ErrorQueueGuard guard;
  return mac_ ? verify_mac(text, signature) : verify_public(text, signature);
}

bool Key::verify_mac(std::string_view text, std::string_view signature) const {
  if (signature.size() != hash_size_of(algorithm_)) return false;
  const detail::MacContextPtr context(EVP_MAC_CTX_dup(mac_.get()));
  std::array<unsigned char, 64> expected{};
  std::size_t length = 0;
  if (!context || EVP_MAC_update(context.get(), bytes_of(text), text.size()) != 1 ||
      EVP_MAC_final(context.get(), expected.data(), &length, expected.size()) != 1 || length != signature.size()) {
    return false;
  }
  return CRYPTO_memcmp(expected.data(), signature.data(), length) == 0;
}

bool Key::verify_public(std::string_view text, std::string_view signature) const {
  std::string der;
  if (family_of(algorithm_) == AlgorithmFamily::Ecdsa) {
    der = to_der(signature, coordinate_size_of(algorithm_));
    if (der.empty()) return false;
    signature = der;
  }
  const detail::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by context
  if (!context ||
      EVP_DigestVerifyInit(context.get(), &parameters, hash_of(algorithm_), nullptr, public_key_.get()) != 1) {
    return false;
  }
  if (family_of(algorithm_) == AlgorithmFamily::RsaPss &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

}  // namespace holdall::auth
