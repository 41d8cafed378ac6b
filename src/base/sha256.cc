#include "base/sha256.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>

#include "base/encoding.h"

namespace holdall {
namespace {

// Fetched once: EVP_sha256() would be looked up in the provider again at every EVP_DigestInit (OpenSSL 3).
// Never freed, so that digests still work while other static objects are destroyed.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) throw std::runtime_error("OpenSSL has no SHA256");
  return algorithm;
}

void require(int outcome) {
  if (outcome != 1) throw std::runtime_error("OpenSSL refused to compute SHA-256");
}

}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    if (context == nullptr) throw std::bad_alloc();
    if (EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) != 1) {
      EVP_MD_CTX_free(context);
      require(0);
    }
  }

  ~State() { EVP_MD_CTX_free(context); }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  require(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.bytes.data()), nullptr));
  return digest;
}

Sha256Digest sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string to_hex(const Sha256Digest& digest) { return to_hex(std::span<const std::byte>(digest.bytes)); }

std::optional<Sha256Digest> parse_sha256(std::string_view hex) {
  Sha256Digest digest;
  if (hex.size() != digest.bytes.size() * 2) return std::nullopt;
  const auto bytes = parse_hex(hex);
  if (!bytes) return std::nullopt;
  std::ranges::copy(*bytes, digest.bytes.begin());
  return digest;
}

}  // namespace holdall
