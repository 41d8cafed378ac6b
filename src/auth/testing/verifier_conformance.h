#pragma once
// What every auth::Verifier does, the fake included.
//
//   struct Harness {
//     Verifier& verifier();
//     ManualClock& clock();                            // the verifier's
//     std::string issue(const Principal& principal);   // a token that speaks for it
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Name, VerifierConformance, Harness);
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "auth/verifier.h"
#include "io/sync_wait.h"

namespace holdall::auth::testing {

template <class Harness>
class VerifierConformance : public ::testing::Test {
 public:
  Result<Principal> verify(std::string_view token) {
    const Context context;
    return io::sync_wait(harness.verifier().verify(token, context));
  }

  /// A principal whose token lives one hour.
  Principal somebody(std::string subject, Scopes scopes = {Scope::Read, Scope::Write}) {
    return {std::move(subject), scopes, harness.clock().now() + std::chrono::hours(1)};
  }

  Harness harness;
};

TYPED_TEST_SUITE_P(VerifierConformance);

TYPED_TEST_P(VerifierConformance, GivesThePrincipalATokenWasIssuedFor) {
  for (const std::string& subject : {std::string("7"), std::string("auth0|5f7c8ec7c33c6c004bbafe82"),
                                     std::string("\xc3\xa9l\xc3\xa8ve@example.org"), std::string(255, 'x')}) {
    const Principal expected = this->somebody(subject);
    const auto principal = this->verify(this->harness.issue(expected));
    ASSERT_TRUE(principal) << describe(principal.error());
    EXPECT_EQ(principal->subject, subject);
    EXPECT_EQ(principal->scopes, expected.scopes);
    EXPECT_EQ(principal->expires_at, expected.expires_at);
  }
}

TYPED_TEST_P(VerifierConformance, GivesTheScopesATokenWasIssuedWith) {
  for (const Scopes scopes : {Scopes{Scope::Read}, Scopes{Scope::Write}, Scopes{Scope::Read, Scope::Admin}}) {
    const auto principal = this->verify(this->harness.issue(this->somebody("7", scopes)));
    ASSERT_TRUE(principal) << describe(principal.error());
    EXPECT_EQ(principal->scopes, scopes);
  }
}

TYPED_TEST_P(VerifierConformance, SaysTheSameWhenAskedAgain) {
  const std::string token = this->harness.issue(this->somebody("7"));
  for (int i = 0; i < 3; ++i) {
    const auto principal = this->verify(token);
    ASSERT_TRUE(principal) << describe(principal.error());
    EXPECT_EQ(principal->subject, "7");
  }
}

TYPED_TEST_P(VerifierConformance, RefusesWhatWasNeverIssued) {
  const std::string token = this->harness.issue(this->somebody("7"));
  std::vector<std::string> forged = {"",
                                     " ",
                                     ".",
                                     "..",
                                     "null",
                                     token + "x",
                                     token + ".",
                                     " " + token,
                                     token + " ",
                                     token.substr(0, token.size() / 2),
                                     token + token,
                                     std::string(1 << 20, 'a')};
  forged.push_back(token);
  char& middle = forged.back()[token.size() / 2];
  middle = middle == 'A' ? 'B' : 'A';
  for (const std::string& text : forged) {
    const auto principal = this->verify(text);
    ASSERT_FALSE(principal) << text.substr(0, 100);
    EXPECT_EQ(principal.error().kind, ErrorKind::Unauthenticated) << text.substr(0, 100);
    EXPECT_FALSE(principal.error().message.empty());
  }
}

TYPED_TEST_P(VerifierConformance, RefusesATokenThatHasLongExpired) {
  const std::string token = this->harness.issue(this->somebody("7"));
  ASSERT_TRUE(this->verify(token));
  this->harness.clock().advance(std::chrono::hours(2));
  const auto principal = this->verify(token);
  ASSERT_FALSE(principal);
  EXPECT_EQ(principal.error().kind, ErrorKind::Unauthenticated);
  EXPECT_EQ(principal.error().code, "token-expired");
}

REGISTER_TYPED_TEST_SUITE_P(VerifierConformance, GivesThePrincipalATokenWasIssuedFor, GivesTheScopesATokenWasIssuedWith,
                            SaysTheSameWhenAskedAgain, RefusesWhatWasNeverIssued, RefusesATokenThatHasLongExpired);

}  // namespace holdall::auth::testing
