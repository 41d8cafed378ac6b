#include "auth/token_verifier.h"

#include <string>

#include <gtest/gtest.h>

#include "auth/testing/token_maker.h"
#include "io/sync_wait.h"

namespace holdall::auth {
namespace {

using std::chrono::seconds;
using testing::kEveryAlgorithm;
using testing::TokenMaker;

const Timestamp kNow = from_micros(1'700'000'000'000'000);
const std::string kPayload = R"({"sub":"7","exp":1700003600})";

// Keys that the test changes.
class ChangingKeys final : public KeySource {
 public:
  SharedKeys keys() const override { return keys_; }
  std::uint64_t generation() const override { return generation_; }
  io::Task<bool> refresh(const Context&) override {
    ++refreshes;
    if (!next) co_return false;
    set(*std::exchange(next, std::nullopt));
    co_return true;
  }

  void set(std::vector<Key> keys) {
    ++generation_;
    keys_ = std::make_shared<const KeySet>(KeySet{std::move(keys), {}});
  }

  std::optional<std::vector<Key>> next;
  int refreshes = 0;

 private:
  std::uint64_t generation_ = 0;
  SharedKeys keys_;
};

class TokenVerification : public ::testing::Test {
 protected:
  Result<Principal> verify(const std::string& token) {
    const Context context;
    return io::sync_wait(verifier.verify(token, context));
  }

  std::string code_of(const std::string& token) {
    const auto outcome = verify(token);
    return outcome ? "accepted" : outcome.error().code;
  }

  ManualClock clock{kNow};
  std::shared_ptr<ChangingKeys> source = std::make_shared<ChangingKeys>();
  TokenVerifier verifier{{source}, {}, clock};
};

TEST_F(TokenVerification, TakesEveryAlgorithmItsKeyIsFixedTo) {
  for (Algorithm algorithm : kEveryAlgorithm) {
    const TokenMaker maker(algorithm);
    source->set({maker.verification_key("k")});
    for (const std::string& token : {maker.sign(kPayload), maker.sign(kPayload, "k")}) {
      const auto principal = verify(token);
      ASSERT_TRUE(principal) << name_of(algorithm) << ": " << describe(principal.error());
      EXPECT_EQ(principal->subject, "7");
    }
  }
}

TEST_F(TokenVerification, RefusesATokenTamperedWithAnywhere) {
  for (Algorithm algorithm :
       {Algorithm::HS256, Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA}) {
    const TokenMaker maker(algorithm);
    source->set({maker.verification_key("k")});
    const std::string good = maker.sign(kPayload, "k");
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (const char c : {'A', 'z', '_', '.', '=', '\0'}) {
        std::string bad = good;
        if (bad[i] == c) continue;
        bad[i] = c;
        EXPECT_FALSE(verify(bad)) << name_of(algorithm) << " " << bad;
      }
      EXPECT_FALSE(verify(good.substr(0, i))) << name_of(algorithm) << " cut to " << i;
      EXPECT_FALSE(verify(good.substr(0, i) + good.substr(i + 1))) << name_of(algorithm) << " without " << i;
    }
    EXPECT_TRUE(verify(good));
  }
}

TEST_F(TokenVerification, RefusesPartsOfGoodTokensPutTogether) {
  const TokenMaker maker(Algorithm::HS256);
  source->set({maker.verification_key()});
  const std::string one = maker.sign(kPayload);
  const std::string two = maker.sign(R"({"sub":"8","exp":1700003600,"scope":"admin"})");
  const auto cut = [](const std::string& token) { return token.rfind('.'); };
  EXPECT_EQ(code_of(one.substr(0, cut(one)) + two.substr(cut(two))), "token-invalid");
  EXPECT_EQ(code_of(two.substr(0, cut(two)) + one.substr(cut(one))), "token-invalid");
}

TEST_F(TokenVerification, RefusesTheAlgorithmNoneInEveryWriting) {
  const TokenMaker maker(Algorithm::HS256);
  source->set({maker.verification_key()});
  for (const char* name : {"none", "None", "NONE", "nOnE", "NoNe", ""}) {
    const std::string header = std::string(R"({"alg":")") + name + R"("})";
    const std::string input = to_base64url(as_bytes(header)) + "." + to_base64url(as_bytes(kPayload)) + ".";
    EXPECT_FALSE(verify(input)) << name;
    EXPECT_FALSE(verify(input + "AAAA")) << name;
    EXPECT_FALSE(verify(maker.sign_as(header, kPayload))) << name;
  }
}

TEST_F(TokenVerification, IsNotConfusedByAPublicKeyUsedAsHmacSecret) {
  for (Algorithm algorithm : {Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA}) {
    const TokenMaker victim(algorithm);
    source->set({victim.verification_key("k")});
    const std::string pem = victim.public_pem();
    for (const std::string& secret : {pem, pem.substr(0, pem.size() - 1), pem + "\n", victim.jwk()}) {
      for (Algorithm hmac : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
        const TokenMaker forger(hmac, secret);
        EXPECT_EQ(code_of(forger.sign(kPayload)), "token-invalid");
        EXPECT_EQ(code_of(forger.sign(kPayload, "k")), "token-invalid");
        const std::string header = R"({"alg":")" + std::string(name_of(algorithm)) + R"(","kid":"k"})";
        EXPECT_EQ(code_of(forger.sign_as(header, kPayload)), "token-invalid");
      }
    }
  }
}

TEST_F(TokenVerification, TakesNoOtherAlgorithmThanTheKeysOwn) {
  const TokenMaker rsa(Algorithm::RS256);
  source->set({Key::from_pem(rsa.public_pem(), Algorithm::PS256, "k").value()});
  EXPECT_EQ(code_of(rsa.sign(kPayload, "k")), "token-invalid");
  const TokenMaker hmac(Algorithm::HS512);
  source->set({Key::from_secret(hmac.secret(), Algorithm::HS256, "k").value()});
  EXPECT_EQ(code_of(hmac.sign(kPayload, "k")), "token-invalid");
}

TEST_F(TokenVerification, NeverUsesAKeyTheTokenBringsAlong) {
  const TokenMaker ours(Algorithm::ES256);
  const TokenMaker forger(Algorithm::ES256);
  source->set({ours.verification_key()});
  const std::string header = R"({"alg":"ES256","jwk":)" + forger.jwk() + R"(,"jku":"http://127.0.0.1:1/"})";
  EXPECT_EQ(code_of(forger.sign_as(header, kPayload)), "token-invalid");
  EXPECT_EQ(code_of(ours.sign_as(header, kPayload)), "accepted");
}

TEST_F(TokenVerification, LetsTheKidChooseTheKey) {
  const TokenMaker first(Algorithm::ES256);
  const TokenMaker second(Algorithm::ES256);
  source->set({first.verification_key("1"), second.verification_key("2")});
  EXPECT_EQ(code_of(first.sign(kPayload, "1")), "accepted");
  EXPECT_EQ(code_of(second.sign(kPayload, "2")), "accepted");
  EXPECT_EQ(code_of(second.sign(kPayload)), "accepted") << "without a kid every key is tried";
  EXPECT_EQ(code_of(second.sign(kPayload, "1")), "token-invalid");
  EXPECT_EQ(code_of(second.sign(kPayload, "../../dev/null")), "token-invalid");
  EXPECT_EQ(code_of(second.sign(kPayload, "' OR 1=1 --")), "token-invalid");
}

TEST_F(TokenVerification, TriesNoMoreThanEightKeys) {
  const TokenMaker maker(Algorithm::HS256);
  const Key other = Key::from_secret(std::string(32, 'o'), Algorithm::HS256).value();
  std::vector<Key> keys(7, other);
  keys.push_back(maker.verification_key());
  source->set(keys);
  EXPECT_EQ(code_of(maker.sign(kPayload)), "accepted");
  keys.insert(keys.begin(), other);
  source->set(keys);
  EXPECT_EQ(code_of(maker.sign(kPayload)), "token-invalid");
}

TEST_F(TokenVerification, SaysWhatIsWrongOnlyToThoseWhoseSignatureIsGood) {
  const TokenMaker ours(Algorithm::HS256);
  const TokenMaker forger(Algorithm::HS256, std::string(64, 'f'));
  source->set({ours.verification_key("k")});
  const struct {
    const char* payload;
    const char* code;
  } cases[] = {
      {R"({"sub":"7","exp":1699999000})", "token-expired"},
      {R"({"sub":"7","exp":1700003600,"nbf":1700003000})", "token-not-yet-valid"},
      {R"({"sub":"7"})", "token-incomplete"},
      {R"({"sub":"","exp":1700003600})", "token-incomplete"},
      {"not json", "token-incomplete"},
      {R"({"sub":"7","sub":"8","exp":1700003600})", "token-incomplete"},
  };
  for (const auto& [payload, code] : cases) {
    EXPECT_EQ(code_of(ours.sign(payload)), code) << payload;
    EXPECT_EQ(code_of(forger.sign(payload)), "token-invalid") << payload;
  }
  const auto unknown = verify(forger.sign(kPayload, "other"));
  const auto wrong = verify(forger.sign(kPayload, "k"));
  ASSERT_FALSE(unknown || wrong);
  EXPECT_EQ(unknown.error().code, wrong.error().code);
  EXPECT_EQ(unknown.error().message, wrong.error().message);
  EXPECT_NE(unknown.error().internal, wrong.error().internal) << "the log knows better";
}

TEST_F(TokenVerification, RefusesHugeTokensQuickly) {
  const TokenMaker maker(Algorithm::HS256);
  source->set({maker.verification_key()});
  const std::string fits = maker.sign(R"({"sub":"7","exp":1700003600,"x":")" + std::string(5900, 'x') + R"("})");
  ASSERT_LE(fits.size(), kMaxTokenBytes);
  EXPECT_EQ(code_of(fits), "accepted");
  const std::string huge = maker.sign(R"({"sub":"7","exp":1700003600,"x":")" + std::string(8000, 'x') + R"("})");
  EXPECT_EQ(code_of(huge), "token-malformed");
  EXPECT_EQ(code_of(std::string(50'000'000, 'a')), "token-malformed");
}

TEST_F(TokenVerification, FollowsTheClockAlsoForTokensItKnows) {
  const TokenMaker maker(Algorithm::HS256);
  source->set({maker.verification_key()});
  const std::string token = maker.sign(R"({"sub":"7","exp":1700000060,"nbf":1700000030})");
  EXPECT_EQ(code_of(token), "accepted") << "within the leeway of 30 s";
  clock.advance(seconds(60) + seconds(30) - std::chrono::microseconds(1));
  EXPECT_EQ(code_of(token), "accepted") << "within the leeway after exp";
  clock.advance(std::chrono::microseconds(1));
  EXPECT_EQ(code_of(token), "token-expired");
  clock.advance(-seconds(200));
  EXPECT_EQ(code_of(token), "token-not-yet-valid");
}

TEST_F(TokenVerification, ForgetsATokenWhenItsKeyIsGone) {
  const TokenMaker maker(Algorithm::HS256);
  source->set({maker.verification_key("k")});
  const std::string token = maker.sign(kPayload, "k");
  EXPECT_EQ(code_of(token), "accepted");
  EXPECT_EQ(code_of(token), "accepted");
  source->set({TokenMaker(Algorithm::ES256).verification_key("other")});
  EXPECT_EQ(code_of(token), "token-invalid");
}

TEST_F(TokenVerification, AsksForNewerKeysOnceForAnUnknownKid) {
  const TokenMaker old_key(Algorithm::ES256);
  const TokenMaker new_key(Algorithm::ES256);
  source->set({old_key.verification_key("1")});
  source->next = {old_key.verification_key("1"), new_key.verification_key("2")};
  EXPECT_EQ(code_of(old_key.sign(kPayload, "1")), "accepted");
  EXPECT_EQ(source->refreshes, 0);
  EXPECT_EQ(code_of(new_key.sign(kPayload, "2")), "accepted");
  EXPECT_EQ(source->refreshes, 1);
  EXPECT_EQ(code_of(new_key.sign(kPayload, "3")), "token-invalid");
  EXPECT_EQ(source->refreshes, 2);
  EXPECT_EQ(code_of(old_key.sign(kPayload, "2")), "token-invalid");
  EXPECT_EQ(source->refreshes, 2) << "a wrong signature of a known key asks for nothing";
}

TEST_F(TokenVerification, IsUnavailableWhileThereAreNoKeys) {
  const TokenMaker maker(Algorithm::ES256);
  for (const std::string& token : {maker.sign(kPayload, "1"), maker.sign(kPayload)}) {
    const auto outcome = verify(token);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(outcome.error().code, "token-keys-unavailable");
  }
  EXPECT_EQ(code_of("not a token"), "token-malformed") << "for which no key is needed";
  source->next = {maker.verification_key("1")};
  EXPECT_EQ(code_of(maker.sign(kPayload, "1")), "accepted");
}

TEST_F(TokenVerification, TakesTheKeysOfEverySource) {
  const TokenMaker fixed(Algorithm::HS256);
  const TokenMaker changing(Algorithm::ES256);
  source->set({changing.verification_key()});
  TokenVerifier both({std::make_shared<FixedKeys>(KeySet{{fixed.verification_key()}, {}}), source}, {}, clock);
  const Context context;
  const std::string first = fixed.sign(kPayload);
  const std::string second = changing.sign(kPayload);
  EXPECT_TRUE(io::sync_wait(both.verify(first, context)));
  EXPECT_TRUE(io::sync_wait(both.verify(second, context)));
}

}  // namespace
}  // namespace holdall::auth
