#pragma once
// Conformance: the same Idempotency-Key makes one set of rows and one answer.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

inline IdempotencyClaim claim_of(std::string key, Timestamp expires_at) {
  IdempotencyClaim claim;
  claim.fingerprint = sha256(as_bytes("body of " + key));
  claim.key = std::move(key);
  claim.expires_at = expires_at;
  claim.answer = [](std::span<const Attachment> rows) {
    std::string body = "ids:";
    for (const Attachment& row : rows)
      body += " " + std::to_string(row.id.value) + " at " + to_rfc3339(row.created_at);
    return StoredAnswer{.status = 201, .body = std::move(body)};
  };
  return claim;
}

TEST_P(CatalogConformance, ARepeatedKeyAddsNothingAndGivesTheEarlierAnswer) {
  const Timestamp tomorrow = clock_.now() + 24h;
  const auto add_claimed = [&](UserId user, const char* key, Quota quota = {}) {
    std::vector<NewAttachment> one;
    one.push_back(file("a"));
    return must(catalog().add(user, std::move(one), quota, claim_of(key, tomorrow), context_));
  };
  const AddOutcome first = add_claimed(kAnna, "key");
  ASSERT_EQ(first.attachments.size(), 1U);
  EXPECT_FALSE(first.earlier.has_value());
  const std::string body = "ids: " + std::to_string(first.attachments[0].id.value) + " at 2026-11-22T17:50:10.812331Z";

  clock_.advance(1h);
  const AddOutcome second = add_claimed(kAnna, "key", {.bytes = 0, .files = 0});
  EXPECT_TRUE(second.attachments.empty());
  ASSERT_TRUE(second.earlier.has_value()) << "also when the quota would refuse by now";
  EXPECT_EQ(second.earlier->fingerprint, sha256(as_bytes("body of key")));
  EXPECT_EQ(second.earlier->answer.status, 201);
  EXPECT_EQ(second.earlier->answer.body, body);
  EXPECT_EQ(usage(kAnna), (Usage{100, 1}));

  EXPECT_FALSE(add_claimed(kAnna, "other key").earlier.has_value());
  EXPECT_FALSE(add_claimed(kBert, "key").earlier.has_value()) << "keys belong to their user";
  const auto found = must(catalog().find_answer(kAnna, "key", context_));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->answer.body, body);
  EXPECT_FALSE(must(catalog().find_answer(kAnna, "KEY", context_)).has_value());
}

TEST_P(CatalogConformance, AnExpiredKeyMayBeClaimedAgain) {
  const auto add_until = [&](Timestamp expires_at) {
    std::vector<NewAttachment> one;
    one.push_back(file("a"));
    return must(catalog().add(kAnna, std::move(one), {}, claim_of("key", expires_at), context_));
  };
  const AddOutcome first = add_until(clock_.now() + 1h);
  clock_.advance(1h);
  EXPECT_FALSE(must(catalog().find_answer(kAnna, "key", context_)).has_value());
  const AddOutcome second = add_until(clock_.now() + 1h);
  ASSERT_FALSE(second.earlier.has_value());
  const auto found = must(catalog().find_answer(kAnna, "key", context_));
  ASSERT_TRUE(found.has_value());
  EXPECT_NE(found->answer.body.find(" " + std::to_string(second.attachments[0].id.value) + " "), std::string::npos);
  EXPECT_EQ(usage(kAnna), (Usage{200, 2}));
}

TEST_P(CatalogConformance, ARefusedAddLeavesItsKeyFree) {
  std::vector<NewAttachment> one;
  one.push_back(file("a"));
  const auto refused = await(
      catalog().add(kAnna, std::move(one), {.bytes = 1, .files = {}}, claim_of("key", clock_.now() + 1h), context_));
  EXPECT_EQ(failure_of(refused), ErrorKind::QuotaExceeded);
  EXPECT_FALSE(must(catalog().find_answer(kAnna, "key", context_)).has_value());
}

TEST_P(CatalogConformance, ForgetsExpiredAnswersOnly) {
  for (int i = 0; i < 3; ++i) {
    const Timestamp expires_at = clock_.now() + std::chrono::hours(i + 1);
    must(catalog().add(kAnna, {}, {}, claim_of("key " + std::to_string(i), expires_at), context_));
  }
  clock_.advance(2h);
  EXPECT_EQ(must(catalog().forget_answers(context_)), 2U);
  EXPECT_EQ(must(catalog().forget_answers(context_)), 0U);
  EXPECT_TRUE(must(catalog().find_answer(kAnna, "key 2", context_)).has_value());
}

struct Claimed {
  std::size_t added = 0;
  std::string answer;
};

inline io::Task<void> add_claiming(Catalog& catalog, NewAttachment made, IdempotencyClaim claim, Claimed& claimed) {
  const Context context;
  std::vector<NewAttachment> one;
  one.push_back(std::move(made));
  auto outcome = must(co_await catalog.add(kAnna, std::move(one), {}, std::move(claim), context));
  claimed.added = outcome.attachments.size();
  if (outcome.earlier) claimed.answer = outcome.earlier->answer.body;
}

TEST_P(CatalogConformance, OfManyWhoClaimAKeyAtOnceOneAdds) {
  std::vector<Claimed> claimed(32);
  std::vector<NewAttachment> files;
  for (std::size_t i = 0; i < claimed.size(); ++i)
    files.push_back(file("a"));
  run_together(claimed.size(), [&](std::size_t i) {
    return add_claiming(catalog(), files[i], claim_of("key", clock_.now() + 1h), claimed[i]);
  });
  const std::string answer = must(catalog().find_answer(kAnna, "key", context_))->answer.body;
  std::size_t added = 0;
  for (const Claimed& one : claimed) {
    added += one.added;
    if (one.added == 0) EXPECT_EQ(one.answer, answer);
  }
  EXPECT_EQ(added, 1U);
  EXPECT_EQ(usage(kAnna), (Usage{100, 1}));
}

}  // namespace holdall::catalog::testing
