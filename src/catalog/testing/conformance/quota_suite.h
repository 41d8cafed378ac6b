#pragma once
// Conformance: nobody has more than the quota, however many add at once.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

inline std::int64_t detail_of(const Error& error, std::string_view name) {
  for (const auto& [key, value] : error.details) {
    if (key == name) return std::get<std::int64_t>(value);
  }
  return -1;
}

TEST_P(CatalogConformance, FillsAQuotaOfBytesToTheLastOne) {
  const Quota quota{.bytes = 250, .files = std::nullopt};
  const auto add_sized = [&](std::uint64_t size) {
    std::vector<NewAttachment> one;
    one.push_back(file("a", size));
    return await(catalog().add(kAnna, std::move(one), quota, std::nullopt, context_));
  };
  EXPECT_EQ(failure_of(add_sized(251)), ErrorKind::QuotaExceeded) << "the first file may already be too much";
  EXPECT_TRUE(add_sized(100).has_value());
  const auto refused = add_sized(151);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::QuotaExceeded);
  EXPECT_EQ(refused.error().code, "quota-exceeded");
  EXPECT_EQ(detail_of(refused.error(), "limit"), 250);
  EXPECT_EQ(detail_of(refused.error(), "used"), 100);
  EXPECT_TRUE(add_sized(150).has_value());
  EXPECT_EQ(failure_of(add_sized(1)), ErrorKind::QuotaExceeded);
  EXPECT_TRUE(add_sized(0).has_value());
  EXPECT_EQ(usage(kAnna), (Usage{250, 3}));
}

TEST_P(CatalogConformance, AQuotaOfFilesCountsTheWholeRequestOrNothing) {
  const Quota quota{.bytes = std::nullopt, .files = 3};
  const auto add_many = [&](int count) {
    std::vector<NewAttachment> many;
    for (int i = 0; i < count; ++i)
      many.push_back(file("a"));
    return await(catalog().add(kAnna, std::move(many), quota, std::nullopt, context_));
  };
  EXPECT_TRUE(add_many(2).has_value());
  const auto refused = add_many(2);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::QuotaExceeded);
  EXPECT_EQ(detail_of(refused.error(), "limit"), 3);
  EXPECT_EQ(detail_of(refused.error(), "used"), 2);
  EXPECT_EQ(usage(kAnna), (Usage{200, 2}));
  EXPECT_EQ(all(kAnna).size(), 2U);
  EXPECT_TRUE(add_many(1).has_value());
}

TEST_P(CatalogConformance, AQuotaLoweredBelowWhatIsUsedRefusesAndTakesNothingAway) {
  add(kAnna, file("a", 500));
  std::vector<NewAttachment> one;
  one.push_back(file("b", 0));
  EXPECT_EQ(
      failure_of(await(catalog().add(kAnna, std::move(one), {.bytes = 100, .files = {}}, std::nullopt, context_))),
      ErrorKind::QuotaExceeded);
  EXPECT_EQ(usage(kAnna), (Usage{500, 1}));
}

TEST_P(CatalogConformance, RemovingMakesRoomAgain) {
  const Quota quota{.bytes = 100, .files = 1};
  const Attachment row = add(kAnna, file("a", 100));
  remove(kAnna, {row.id});
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
  std::vector<NewAttachment> one;
  one.push_back(file("b", 100));
  EXPECT_TRUE(await(catalog().add(kAnna, std::move(one), quota, std::nullopt, context_)).has_value());
}

inline io::Task<void> add_within(Catalog& catalog, UserId user, NewAttachment made, Quota quota, std::size_t& outcome) {
  const Context context;
  std::vector<NewAttachment> one;
  one.push_back(std::move(made));
  const auto added = co_await catalog.add(user, std::move(one), quota, std::nullopt, context);
  if (added) {
    outcome = 1;
  } else {
    EXPECT_EQ(added.error().kind, ErrorKind::QuotaExceeded) << describe(added.error());
  }
}

TEST_P(CatalogConformance, ManyAddersAtOnceNeverPassTheQuota) {
  constexpr std::size_t kAdders = 96;
  const Quota quota{.bytes = 4000, .files = 1000};
  std::vector<NewAttachment> files;
  for (std::size_t i = 0; i < kAdders; ++i)
    files.push_back(file("a", 100));
  std::vector<std::size_t> outcomes(kAdders);
  run_together(kAdders, [&](std::size_t i) {
    return add_within(catalog(), i % 2 ? kAnna : kBert, files[i], quota, outcomes[i]);
  });
  std::size_t added = 0;
  for (const std::size_t outcome : outcomes)
    added += outcome;
  EXPECT_EQ(added, 80U);
  for (const UserId user : {kAnna, kBert}) {
    EXPECT_EQ(usage(user), (Usage{4000, 40}));
    EXPECT_EQ(sum_of(all(user)), (Usage{4000, 40}));
  }
}

}  // namespace holdall::catalog::testing
