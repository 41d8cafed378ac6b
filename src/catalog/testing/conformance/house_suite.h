#pragma once
// Conformance: what fsck and gc ask, and calls nobody waits for.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

TEST_P(CatalogConformance, WalksAllBlobsInPages) {
  std::vector<std::string> keys;
  for (int i = 0; i < 7; ++i)
    keys.push_back(add(i % 2 ? kAnna : kBert, file("a")).blob.key);
  std::vector<std::string> walked;
  BlobId after{0};
  while (true) {
    const auto rows = must(catalog().blobs_after(after, 3, context_));
    if (rows.empty()) break;
    EXPECT_LE(rows.size(), 3U);
    for (const BlobRow& row : rows) {
      EXPECT_GT(row.blob.id, after);
      EXPECT_EQ(row.attachments, 1);
      EXPECT_EQ(row.user_id, walked.size() % 2 ? kAnna : kBert);
      EXPECT_EQ(row.blob.sha256, sha256(as_bytes(row.blob.key)));
      after = row.blob.id;
      walked.push_back(row.blob.key);
    }
  }
  EXPECT_EQ(walked, keys);
}

TEST_P(CatalogConformance, KnowsTheKeysOfAStore) {
  const std::string here = add(kAnna, file("a")).blob.key;
  NewAttachment elsewhere = file("b");
  elsewhere.store = "s3";
  const std::string there = add(kAnna, elsewhere).blob.key;
  EXPECT_EQ(must(catalog().known_keys("local", {there, "7/unknown", here, ""}, context_)),
            (std::vector<std::string>{here}));
  EXPECT_EQ(must(catalog().known_keys("s3", {there, here}, context_)), (std::vector<std::string>{there}));
  EXPECT_TRUE(must(catalog().known_keys("local", {}, context_)).empty());
}

TEST_P(CatalogConformance, FindsNothingWrongWithItself) {
  NewAttachment tagged = file("a");
  tagged.tags = {"x", "y"};
  add(kAnna, std::move(tagged));
  remove(kAnna, {add(kAnna, file("b")).id});
  EXPECT_TRUE(must(catalog().compare_usage(false, context_)).empty());
  EXPECT_TRUE(must(catalog().compare_usage(true, context_)).empty());
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
  must(catalog().ping(context_));
}

TEST_P(CatalogConformance, ACallNobodyWaitsForDoesNothing) {
  std::stop_source stop;
  stop.request_stop();
  Context cancelled;
  cancelled.stop = stop.get_token();
  Context late;
  late.deadline = std::chrono::steady_clock::now() - 1s;
  const auto add_with = [&](const Context& context) {
    std::vector<NewAttachment> one;
    one.push_back(file("a"));
    return failure_of(await(catalog().add(kAnna, std::move(one), {}, std::nullopt, context)));
  };
  EXPECT_EQ(add_with(cancelled), ErrorKind::Cancelled);
  EXPECT_EQ(add_with(late), ErrorKind::Timeout);
  EXPECT_EQ(failure_of(await(catalog().usage(kAnna, cancelled))), ErrorKind::Cancelled);
  EXPECT_EQ(failure_of(await(catalog().check_integrity(late))), ErrorKind::Timeout);
  EXPECT_TRUE(all(kAnna).empty());
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
}

}  // namespace holdall::catalog::testing
