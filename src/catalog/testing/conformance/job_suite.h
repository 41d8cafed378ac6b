#pragma once
// Conformance: jobs are leased, come back when nobody finished them, and end.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

/// The way a job comes to be: a blob loses its last attachment.
inline void queue_jobs(Catalog& catalog, std::vector<NewAttachment> files) {
  const Context context;
  const auto outcome = must(catalog.add(kAnna, std::move(files), {}, std::nullopt, context));
  must(catalog.remove(kAnna, ids_of(outcome.attachments), std::nullopt, context));
}

TEST_P(CatalogConformance, ALeasedJobIsSeenByNobodyElseUntilTheLeaseEnds) {
  queue_jobs(catalog(), {file("a"), file("b"), file("c")});
  const auto first = lease(2, 10s);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].leased_until, clock_.now() + 10s);
  const auto second = lease(2, 10s);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0].id, first[0].id);
  EXPECT_NE(second[0].id, first[1].id);
  EXPECT_TRUE(lease().empty());
  clock_.advance(10s);
  const auto again = lease();
  ASSERT_EQ(again.size(), 3U);
  for (const Job& job : again)
    EXPECT_EQ(job.attempts, 2);
}

TEST_P(CatalogConformance, AJobIsQueuedWithItsAttachmentOrNotAtAll) {
  NewAttachment looked_into = file("a.png");
  looked_into.jobs = {std::string(kLook), std::string(kReadText)};
  const NewAttachment other = file("a.txt");
  const auto outcome = must(catalog().add(kAnna, {looked_into, other}, {}, std::nullopt, context_));
  const auto jobs = must(catalog().lease_jobs(std::string(kLook), 10, 1min, context_));
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].payload, R"({"user":7,"attachment":)" + std::to_string(outcome.attachments[0].id.value) + "}");
  const auto reading = must(catalog().lease_jobs(std::string(kReadText), 10, 1min, context_));
  ASSERT_EQ(reading.size(), 1U);
  EXPECT_EQ(reading[0].payload, jobs[0].payload);
  NewAttachment too_many = file("b.png");
  too_many.jobs = {std::string(kLook)};
  EXPECT_EQ(failure_of(await(catalog().add(kAnna, {too_many}, {.bytes = {}, .files = 2}, std::nullopt, context_))),
            ErrorKind::QuotaExceeded);
  EXPECT_TRUE(must(catalog().lease_jobs(std::string(kLook), 10, 1min, context_)).empty());
}

TEST_P(CatalogConformance, LeasesOnlyTheKindAskedFor) {
  queue_jobs(catalog(), {file("a")});
  EXPECT_TRUE(must(catalog().lease_jobs("thumbnail", 10, 1min, context_)).empty());
  EXPECT_EQ(lease().size(), 1U);
}

TEST_P(CatalogConformance, CompletedJobsGoAndUnknownOnesAreIgnored) {
  queue_jobs(catalog(), {file("a"), file("b")});
  const auto jobs = lease(10, 1s);
  ASSERT_EQ(jobs.size(), 2U);
  must(catalog().complete_jobs({jobs[0].id, JobId{999'999}, jobs[0].id}, context_));
  clock_.advance(1s);
  const auto left = lease();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].id, jobs[1].id);
}

TEST_P(CatalogConformance, AJobGivenBackComesWhenItIsDue) {
  queue_jobs(catalog(), {file("a")});
  const auto jobs = lease(1, 1h);
  ASSERT_EQ(jobs.size(), 1U);
  must(catalog().retry_job(jobs[0].id, clock_.now() + 5s, "the store was away", false, context_));
  clock_.advance(5s - 1us);
  EXPECT_TRUE(lease().empty());
  clock_.advance(1us);
  const auto again = lease();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_EQ(again[0].payload, jobs[0].payload);
}

TEST_P(CatalogConformance, ADeadJobNeverComesBack) {
  queue_jobs(catalog(), {file("a")});
  const auto jobs = lease(1, 1s);
  must(catalog().retry_job(jobs.at(0).id, clock_.now(), "it fails every time", true, context_));
  clock_.advance(24h);
  EXPECT_TRUE(lease().empty());
  must(catalog().retry_job(JobId{999'999}, clock_.now(), "unknown", false, context_));
}

TEST_P(CatalogConformance, JobsComeInTheOrderTheyFellDue) {
  queue_jobs(catalog(), {file("a")});
  clock_.advance(1s);
  queue_jobs(catalog(), {file("b")});
  const auto first = lease(1, 1h);
  must(catalog().retry_job(first.at(0).id, clock_.now() + 1s, "later", false, context_));
  clock_.advance(2s);
  const auto order = lease();
  ASSERT_EQ(order.size(), 2U);
  EXPECT_EQ(order[1].id, first[0].id);
}

inline io::Task<void> lease_into(Catalog& catalog, std::vector<Job>& jobs) {
  const Context context;
  jobs = must(co_await catalog.lease_jobs(std::string(kRemoveBlob), 3, 1min, context));
}

TEST_P(CatalogConformance, NoTwoWorkersLeaseTheSameJob) {
  std::vector<NewAttachment> files;
  for (int i = 0; i < 40; ++i)
    files.push_back(file("a"));
  queue_jobs(catalog(), std::move(files));
  std::vector<std::vector<Job>> leased(16);
  run_together(leased.size(), [&](std::size_t i) { return lease_into(catalog(), leased[i]); });
  std::set<std::int64_t> ids;
  for (const auto& jobs : leased) {
    for (const Job& job : jobs)
      EXPECT_TRUE(ids.insert(job.id.value).second);
  }
  EXPECT_EQ(ids.size(), 40U);
}

}  // namespace holdall::catalog::testing
