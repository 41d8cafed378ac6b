// A token of any bytes, and a signed payload of any bytes: neither may crash, nor be accepted unsigned or unfounded.
#include <cstdlib>
#include <string_view>

#include "auth/claims.h"
#include "auth/token_verifier.h"

namespace {

using namespace holdall;
using namespace holdall::auth;

const Timestamp kNow = from_micros(1'700'000'000'000'000);

SharedKeys fixed_keys() {
  KeySet keys;
  keys.keys.push_back(
      Key::from_secret("a secret that no input of the fuzzer was signed with", Algorithm::HS256).value());
  return std::make_shared<const KeySet>(std::move(keys));
}

void check_unsigned(std::string_view token) {
  static const SharedKeys keys = fixed_keys();
  if (const auto jws = parse_jws(token)) {
    if (token.size() > kMaxTokenBytes || !token.starts_with(jws->signing_input) || jws->signature.empty()) std::abort();
  }
  if (check_token(token, {&keys, 1}, {}, kNow)) std::abort();
}

void check_payload(std::string_view payload) {
  const ClaimRules rules;
  const auto claims = judge_claims(payload, rules, kNow);
  if (!claims) return;
  if (!is_subject(claims->principal.subject)) std::abort();
  if (claims->principal.expires_at + rules.leeway <= kNow || claims->valid_from > kNow + rules.leeway) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_unsigned(input);
  check_payload(input);
  return 0;
}
