// The conformance suite over the real verifier and the fake.
#include <string>

#include <gtest/gtest.h>

#include "auth/signer.h"
#include "auth/testing/fake_verifier.h"
#include "auth/testing/verifier_conformance.h"
#include "auth/token_verifier.h"

namespace holdall::auth {
namespace {

const Timestamp kStart = from_micros(1'700'000'000'000'000);
const std::string kSecret(32, 's');

struct FakeHarness {
  Verifier& verifier() { return fake_; }
  ManualClock& clock() { return clock_; }
  std::string issue(const Principal& principal) {
    std::string token = "token-" + std::to_string(++issued_);
    fake_.accept(token, principal);
    return token;
  }

  ManualClock clock_{kStart};
  testing::FakeVerifier fake_{clock_};
  int issued_ = 0;
};

struct SignedHarness {
  Verifier& verifier() { return verifier_; }
  ManualClock& clock() { return clock_; }
  std::string issue(const Principal& principal) {
    const auto ttl = std::chrono::duration_cast<std::chrono::seconds>(principal.expires_at - clock_.now());
    const auto signer = Signer::create(kSecret);
    return signer->sign({.subject = principal.subject, .ttl = ttl, .scopes = principal.scopes}, clock_.now()).value();
  }

  static std::vector<std::shared_ptr<KeySource>> sources() {
    KeySet keys;
    keys.keys.push_back(Key::from_secret(kSecret, Algorithm::HS256).value());
    return {std::make_shared<FixedKeys>(std::move(keys))};
  }

  ManualClock clock_{kStart};
  TokenVerifier verifier_{sources(), {}, clock_};
};

}  // namespace

namespace testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, VerifierConformance, FakeHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Signed, VerifierConformance, SignedHarness);
}  // namespace testing
}  // namespace holdall::auth
