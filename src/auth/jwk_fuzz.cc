// A key set of any bytes may not crash, and no key that comes out of it accepts a signature of zeros.
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/jwk.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace holdall::auth;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto keys = parse_jwks(input, SecretKeys::Taken);
  const auto published = parse_jwks(input, SecretKeys::Skipped);
  if (published && !keys) std::abort();
  if (published) {
    for (const Key& key : published->keys) {
      if (family_of(key.algorithm()) == AlgorithmFamily::Hmac) std::abort();
    }
  }
  if (!keys) return 0;
  if (keys->keys.empty() || keys->keys.size() > kMaxKeys) std::abort();
  // Lengths of an HMAC, of P-256, P-384, P-521 and of RSA with 2048 bits.
  for (const std::size_t length : {32U, 64U, 96U, 132U, 256U}) {
    const std::string zeros(length, '\0');
    // Ed25519 alone may be right: keys of small order accept more than one signature, and such a key is the operator's.
    const Key& key = keys->keys.front();
    if (key.algorithm() != Algorithm::EdDSA && key.verify("text", zeros)) std::abort();
  }
  return 0;
}
