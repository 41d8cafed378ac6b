#pragma once
// Conformance: who a subject is, and what a user has.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

inline UserId resolve(Catalog& catalog, std::string subject) {
  const Context context;
  return must(catalog.resolve_user(std::move(subject), context));
}

TEST_P(CatalogConformance, ACanonicalDecimalSubjectIsTheIdItself) {
  EXPECT_EQ(resolve(catalog(), "0").value, 0);
  EXPECT_EQ(resolve(catalog(), "7").value, 7);
  EXPECT_EQ(resolve(catalog(), "1099511627775").value, 1'099'511'627'775);
}

TEST_P(CatalogConformance, AnyOtherSubjectGetsAnIdAboveThemThatStays) {
  const std::vector<std::string> subjects = {"1099511627776",
                                             "007",
                                             "+7",
                                             "-1",
                                             "7 ",
                                             " 7",
                                             "7.0",
                                             "1e3",
                                             "",
                                             "anna",
                                             "Anna",
                                             "жанна",
                                             "99999999999999999999",
                                             std::string("7\0", 2)};
  std::set<std::int64_t> ids;
  for (const std::string& subject : subjects) {
    const UserId first = resolve(catalog(), subject);
    EXPECT_GT(first.value, std::int64_t{1} << 40) << subject;
    EXPECT_TRUE(ids.insert(first.value).second) << "given out twice: " << subject;
    EXPECT_EQ(resolve(catalog(), subject).value, first.value) << subject;
  }
}

inline io::Task<void> resolve_into(Catalog& catalog, std::string subject, UserId& id) {
  const Context context;
  auto resolved = co_await catalog.resolve_user(std::move(subject), context);
  id = must(std::move(resolved));
}

TEST_P(CatalogConformance, ManyWhoAskForANewSubjectAtOnceGetOneId) {
  std::vector<UserId> ids(32);
  run_together(ids.size(), [&](std::size_t i) { return resolve_into(catalog(), i % 2 ? "odd" : "even", ids[i]); });
  for (std::size_t i = 2; i < ids.size(); ++i)
    EXPECT_EQ(ids[i].value, ids[i - 2].value);
  EXPECT_NE(ids[0].value, ids[1].value);
}

TEST_P(CatalogConformance, AUserWhoNeverHadAnythingUsesNothing) {
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
  EXPECT_EQ(usage(resolve(catalog(), "anna")), (Usage{0, 0}));
}

}  // namespace holdall::catalog::testing
