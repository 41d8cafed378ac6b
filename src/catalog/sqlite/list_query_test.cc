#include "catalog/sqlite/list_query.h"

#include <gtest/gtest.h>

#include "catalog/sqlite/database.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/testing/folder.h"
#include "catalog/sqlite/testing/rows.h"

namespace holdall::catalog::sqlite {
namespace {

using testing::must;

constexpr Timestamp kNow{std::chrono::microseconds(1'795'369'810'812'331)};

class ListQueryPlan : public ::testing::Test {
 protected:
  ListQueryPlan() { must(migrate(connection_, kNow)); }

  std::string plan_of(const ListStatement& statement) {
    Statement explain("EXPLAIN QUERY PLAN " + statement.sql);
    Query query(connection_, explain);
    std::string plan;
    while (must(query.next()))
      plan += query.text(3) + "; ";
    return plan;
  }

  testing::Folder folder_;
  Connection connection_ =
      must(Connection::open(folder_.path() / "catalog.db", {.access = Access::Write, .cache_bytes = 1 << 20}));
};

struct PlanCase {
  const char* what;
  std::function<void(ListQuery&)> set;
  const char* expected;
};

TEST_F(ListQueryPlan, TheOrderOfCreationComesFromAnIndexForEveryLink) {
  const PlanCase cases[] = {
      {"all", [](auto&) {}, "USING INDEX attachments_by_created (user_id=?"},
      {"task", [](auto& q) { q.task_id = 3; }, "USING INDEX attachments_by_task (user_id=? AND task_id=?"},
      {"record",
       [](auto& q) {
         q.record_type = "a";
         q.record_id = "b";
       },
       "USING INDEX attachments_by_record (user_id=? AND record_type=? AND record_id=?"},
      {"tag", [](auto& q) { q.tag = "a"; }, "SEARCH t USING PRIMARY KEY (user_id=? AND tag=?"},
      {"collection", [](auto& q) { q.collection = "photos"; },
       "USING INDEX attachments_by_collection (user_id=? AND collection=?"},
      {"default collection", [](auto& q) { q.collection = "default"; },
       "USING INDEX attachments_by_created (user_id=?"},
      {"type", [](auto& q) { q.mime_type = "image/*"; }, "USING INDEX attachments_by_created (user_id=?"},
      {"tag and task",
       [](auto& q) {
         q.tag = "a";
         q.task_id = 1;
       },
       "SEARCH t USING PRIMARY KEY (user_id=? AND tag=?"},
  };
  for (const PlanCase& c : cases) {
    for (const bool descending : {true, false}) {
      for (const bool is_first_page : {true, false}) {
        ListQuery query;
        query.user_id = testing::kAnna;
        c.set(query);
        query.sort = {SortField::CreatedAt, descending};
        if (!is_first_page) query.after = PagePosition{.number = 5, .text = {}, .id = {7}};
        const std::string plan = plan_of(page_statement(query, kNow));
        EXPECT_NE(plan.find(c.expected), std::string::npos) << c.what << ": " << plan;
        EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << c.what << ": " << plan;
        EXPECT_EQ(plan.find("SCAN"), std::string::npos) << c.what << ": " << plan;
        if (!is_first_page) {
          const std::string by_time = descending ? "created_at<?" : "created_at>?";
          const std::string by_both =
              descending ? "(created_at,attachment_id)<(?,?)" : "(created_at,attachment_id)>(?,?)";
          EXPECT_TRUE(plan.contains(by_time) || plan.contains(by_both)) << c.what << ": " << plan;
        }
      }
    }
  }
}

TEST_F(ListQueryPlan, TimesOfCreationNarrowTheIndex) {
  ListQuery query;
  query.created_after = kNow;
  query.created_before = kNow;
  const std::string plan = plan_of(page_statement(query, kNow));
  EXPECT_NE(plan.find("created_at>? AND created_at<?"), std::string::npos) << plan;
}

TEST_F(ListQueryPlan, OtherOrdersAreSortedInOnePassOverTheOwnersRows) {
  for (const SortField field : {SortField::Filename, SortField::FileSize}) {
    ListQuery query;
    query.sort = {field, true};
    const std::string plan = plan_of(page_statement(query, kNow));
    EXPECT_NE(plan.find("USING INDEX attachments_by_created (user_id=?)"), std::string::npos) << plan;
  }
}

TEST(ListQueryText, HoldsNothingThatACallerSaid) {
  ListQuery query;
  query.record_type = "marker";
  query.record_id = "marker";
  query.collection = "marker";
  query.tag = "marker";
  query.mime_type = "marker/*";
  query.metadata = {{"marker", "marker"}};
  query.after = PagePosition{.number = 0, .text = "marker", .id = {1}};
  query.sort = {SortField::Filename, true};
  EXPECT_EQ(page_statement(query, kNow).sql.find("marker"), std::string::npos);
  EXPECT_EQ(count_statement(query, kNow).sql.find("marker"), std::string::npos);
}

}  // namespace
}  // namespace holdall::catalog::sqlite
