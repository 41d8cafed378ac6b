#include "auth/token_cache.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "auth/detail/openssl.h"

namespace holdall::auth {

struct TokenCache::Set {
  struct Place {
    Sha256Digest token;
    Principal principal;
    Timestamp valid_from;
    std::uint64_t epoch = 0;
    std::uint64_t used_at = 0;  // 0: free
  };

  std::mutex mutex;
  std::uint64_t uses = 0;
  std::array<Place, kWays> places;
};

TokenCache::TokenCache(std::size_t entries) {
  if (entries == 0) return;
  const std::size_t sets = std::bit_ceil((entries + kWays - 1) / kWays);
  mask_ = sets - 1;
  sets_ = std::make_unique<Set[]>(sets);
}

TokenCache::~TokenCache() = default;

Sha256Digest TokenCache::digest_of(std::string_view token) {
  // Fetched once and fed through one context per thread: both cost more than hashing a short token does.
  static const std::unique_ptr<EVP_MD, detail::Free<EVP_MD_free>> hash(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  thread_local const detail::MdContextPtr context(EVP_MD_CTX_new());
  Sha256Digest digest;
  if (EVP_DigestInit_ex(context.get(), hash.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), token.data(), token.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.bytes.data()), nullptr) != 1) {
    throw std::runtime_error("OpenSSL computes no SHA-256");
  }
  return digest;
}

TokenCache::Set& TokenCache::set_of(const Sha256Digest& token) {
  std::size_t number = 0;
  std::memcpy(&number, token.bytes.data(), sizeof number);
  return sets_[number & mask_];
}

std::optional<Principal> TokenCache::find(const Sha256Digest& token, std::uint64_t epoch, Timestamp now) {
  if (!sets_) return std::nullopt;
  Set& set = set_of(token);
  const std::lock_guard lock(set.mutex);
  for (Set::Place& place : set.places) {
    if (place.used_at == 0 || place.token != token) continue;
    if (place.epoch != epoch || now < place.valid_from || now >= place.principal.expires_at) return std::nullopt;
    place.used_at = ++set.uses;
    return place.principal;
  }
  return std::nullopt;
}

void TokenCache::insert(const Sha256Digest& token, std::uint64_t epoch, const Principal& principal,
                        Timestamp valid_from) {
  if (!sets_) return;
  Set& set = set_of(token);
  const std::lock_guard lock(set.mutex);
  auto place = std::ranges::find(set.places, token, &Set::Place::token);
  if (place == set.places.end()) place = std::ranges::min_element(set.places, {}, &Set::Place::used_at);
  *place = {token, principal, valid_from, epoch, ++set.uses};
}

}  // namespace holdall::auth
