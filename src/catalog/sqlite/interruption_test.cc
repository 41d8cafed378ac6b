#include "catalog/sqlite/interruption.h"

#include <gtest/gtest.h>

#include "catalog/sqlite/statement.h"
#include "catalog/sqlite/testing/rows.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr const char* kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST(Interruption, EndsAStatementWhoseDeadlineHasPassedAndSaysWhy) {
  auto connection = testing::must(Connection::open(":memory:", {.access = Access::Write}));
  Context context;
  context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  const Interruption interruption(connection, context);
  Statement endless(kEndless);
  Query query(connection, endless);
  const auto outcome = query.next();
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(interruption.explain(outcome.error()).kind, ErrorKind::Timeout);
}

TEST(Interruption, LeavesTheConnectionAsItWas) {
  auto connection = testing::must(Connection::open(":memory:", {.access = Access::Write}));
  Context late;
  late.deadline = std::chrono::steady_clock::now();
  {
    const Interruption interruption(connection, late);
  }
  Statement bounded(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT max(i) FROM n");
  Query query(connection, bounded);
  ASSERT_TRUE(testing::must(query.next()));
  EXPECT_EQ(query.integer(0), 100000);
}

}  // namespace
}  // namespace holdall::catalog::sqlite
