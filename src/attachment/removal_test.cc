#include "attachment/removal.h"

#include "attachment/testing/keeping_house.h"

namespace holdall::attachment {
namespace {

class RemovalJob : public testing::KeepingHouse {
 protected:
  Result<void> run(std::string payload) {
    const catalog::Job job{
        .id = {}, .kind = std::string(catalog::kRemoveBlob), .payload = std::move(payload), .leased_until = {}};
    return io::sync_wait(remove_blob(store_, job, context_));
  }
};

TEST_F(RemovalJob, RemovesTheBlobAndIsHarmlessTwice) {
  put("7/a", "one");
  put("7/b", "two");
  EXPECT_TRUE(run(R"({"store":"memory","key":"7/a"})").has_value());
  EXPECT_TRUE(run(R"({"store":"memory","key":"7/a"})").has_value());
  EXPECT_FALSE(is_stored("7/a"));
  EXPECT_TRUE(is_stored("7/b"));
}

TEST_F(RemovalJob, DoesWhatTheCatalogQueuedForADeletedAttachment) {
  const AttachmentId id = add("7/a", "one");
  ASSERT_TRUE(io::sync_wait(catalog_.remove(kOwner, {id}, std::nullopt, context_)).has_value());
  const auto jobs =
      io::sync_wait(catalog_.lease_jobs(std::string(catalog::kRemoveBlob), 10, std::chrono::minutes(1), context_));
  ASSERT_EQ(jobs->size(), 1u);
  EXPECT_TRUE(io::sync_wait(remove_blob(store_, jobs->at(0), context_)).has_value());
  EXPECT_EQ(store_.blob_count(), 0u);
}

TEST_F(RemovalJob, RefusesForGoodAPayloadThatNamesNoBlob) {
  const char* const payloads[] = {
      "",
      "{",
      "[]",
      "null",
      R"("7/a")",
      "{}",
      R"({"store":"memory"})",
      R"({"key":"7/a"})",
      R"({"store":"memory","key":7})",
      R"({"store":1,"key":"7/a"})",
      R"({"store":"memory","key":""})",
      R"({"store":"memory","key":"../../etc/passwd"})",
      R"({"store":"memory","key":"7/a\u0000b"})",
      R"({"store":"memory","key":"7/a"} x)",
  };
  put("7/a", "one");
  for (const char* payload : payloads) {
    const auto outcome = run(payload);
    ASSERT_FALSE(outcome.has_value()) << payload;
    EXPECT_EQ(outcome.error().kind, ErrorKind::InvalidArgument) << payload;
    EXPECT_EQ(outcome.error().code, "job-malformed") << payload;
  }
  EXPECT_TRUE(is_stored("7/a"));
}

TEST_F(RemovalJob, WaitsForAStoreThatIsNotConfigured) {
  put("7/a", "one");
  const auto outcome = run(R"({"store":"s3","key":"7/a"})");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
  EXPECT_TRUE(is_stored("7/a"));
}

TEST_F(RemovalJob, PassesOnWhatTheStoreSays) {
  put("7/a", "one");
  store_.fail_call(1, ErrorKind::Overloaded);
  const auto outcome = run(R"({"store":"memory","key":"7/a"})");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, ErrorKind::Overloaded);
  EXPECT_TRUE(run(R"({"store":"memory","key":"7/a"})").has_value());
  EXPECT_FALSE(is_stored("7/a"));
}

}  // namespace
}  // namespace holdall::attachment
