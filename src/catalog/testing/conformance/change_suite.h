#pragma once
// Conformance: what PATCH and DELETE do to rows, tags, blobs and usage.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

TEST_P(CatalogConformance, ChangesOnlyWhatTheChangeNames) {
  const Attachment before = add(kAnna, [&] {
    NewAttachment made = file("old.txt");
    made.task_id = 3;
    made.record = RecordLink{"invoice", "1", "scan", 2};
    made.metadata = R"({"a":1})";
    made.tags = {"keep"};
    made.expires_at = clock_.now() + 1h;
    return made;
  }());
  clock_.advance(5s);
  AttachmentChange change;
  change.filename = "new.txt";
  const Attachment after = must(catalog().update(kAnna, before.id, std::move(change), std::nullopt, context_));
  Attachment expected = before;
  expected.filename = "new.txt";
  expected.updated_at = clock_.now();
  expected.version = 2;
  expect_same(after, expected);
  expect_same(must(find(kAnna, before.id)), expected);
}

TEST_P(CatalogConformance, AnEmptyInnerValueClearsTheField) {
  NewAttachment made = file("a.txt");
  made.task_id = 3;
  made.record = RecordLink{"invoice", "1", "scan", 2};
  made.metadata = R"({"a":1})";
  made.tags = {"x", "y"};
  made.expires_at = clock_.now() + 1h;
  const AttachmentId id = add(kAnna, std::move(made)).id;
  AttachmentChange clear;
  clear.task_id.emplace(std::nullopt);
  clear.record.emplace(std::nullopt);
  clear.metadata = "{}";
  clear.tags.emplace();
  clear.expires_at.emplace(std::nullopt);
  must(catalog().update(kAnna, id, std::move(clear), std::nullopt, context_));
  const Attachment row = must(find(kAnna, id));
  EXPECT_FALSE(row.task_id || row.record || row.expires_at);
  EXPECT_EQ(row.metadata, "{}");
  EXPECT_TRUE(row.tags.empty());
}

TEST_P(CatalogConformance, ReplacesValuesAndTagsAndListsByTheNewOnes) {
  NewAttachment made = file("a.txt");
  made.task_id = 1;
  made.tags = {"old", "both"};
  const AttachmentId id = add(kAnna, std::move(made)).id;
  AttachmentChange change;
  change.task_id.emplace(2);
  change.record.emplace(RecordLink{"order", "9", "", 1});
  change.tags = std::vector<std::string>{"new", "both", "new"};
  must(catalog().update(kAnna, id, std::move(change), std::nullopt, context_));
  const auto listed = [&](auto set) {
    ListQuery query;
    query.user_id = kAnna;
    set(query);
    return list(std::move(query)).attachments.size();
  };
  EXPECT_EQ(must(find(kAnna, id)).tags, (std::vector<std::string>{"both", "new"}));
  EXPECT_EQ(listed([](ListQuery& q) { q.tag = "old"; }), 0U);
  EXPECT_EQ(listed([](ListQuery& q) { q.tag = "new"; }), 1U);
  EXPECT_EQ(listed([](ListQuery& q) { q.tag = "both"; }), 1U);
  EXPECT_EQ(listed([](ListQuery& q) { q.task_id = 1; }), 0U);
  EXPECT_EQ(listed([](ListQuery& q) { q.task_id = 2; }), 1U);
  EXPECT_EQ(listed([](ListQuery& q) {
              q.record_type = "order";
              q.record_id = "9";
            }),
            1U);
}

TEST_P(CatalogConformance, AnUnexpectedVersionChangesNothing) {
  const Attachment row = add(kAnna, file("a.txt"));
  const auto rename = [&](const char* name, std::int64_t expected) {
    AttachmentChange change;
    change.filename = name;
    return await(catalog().update(kAnna, row.id, std::move(change), expected, context_));
  };
  EXPECT_EQ(must(rename("b.txt", 1)).version, 2);
  EXPECT_EQ(failure_of(rename("c.txt", 1)), ErrorKind::PreconditionFailed);
  EXPECT_EQ(must(find(kAnna, row.id)).filename, "b.txt");
  EXPECT_EQ(failure_of(await(catalog().remove(kAnna, {row.id}, 1, context_))), ErrorKind::PreconditionFailed);
  EXPECT_EQ(usage(kAnna), (Usage{100, 1}));
  EXPECT_EQ(must(catalog().remove(kAnna, {row.id}, 2, context_)).size(), 1U);
}

TEST_P(CatalogConformance, AVersionMismatchInTheMiddleRemovesNothing) {
  const Attachment first = add(kAnna, file("a.txt"));
  const Attachment second = add(kAnna, file("b.txt"));
  must(catalog().update(kAnna, second.id, {}, std::nullopt, context_));
  EXPECT_EQ(failure_of(await(catalog().remove(kAnna, {first.id, second.id}, 1, context_))),
            ErrorKind::PreconditionFailed);
  EXPECT_EQ(all(kAnna).size(), 2U);
  EXPECT_EQ(usage(kAnna), (Usage{200, 2}));
  EXPECT_TRUE(lease().empty());
}

inline io::Task<void> rename_at(Catalog& catalog, AttachmentId id, std::size_t& won) {
  const Context context;
  AttachmentChange change;
  change.filename = "renamed";
  const auto changed = co_await catalog.update(kAnna, id, std::move(change), 1, context);
  won = changed ? 1 : 0;
}

TEST_P(CatalogConformance, OfManyWhoExpectTheSameVersionOneWins) {
  const Attachment row = add(kAnna, file("a.txt"));
  std::vector<std::size_t> won(16);
  run_together(won.size(), [&](std::size_t i) { return rename_at(catalog(), row.id, won[i]); });
  std::size_t winners = 0;
  for (const std::size_t one : won)
    winners += one;
  EXPECT_EQ(winners, 1U);
  EXPECT_EQ(must(find(kAnna, row.id)).version, 2);
}

TEST_P(CatalogConformance, RemovesEachOnceAndAnswersAscending) {
  const AttachmentId a = add(kAnna, file("a", 1)).id;
  const AttachmentId b = add(kAnna, file("b", 2)).id;
  const AttachmentId c = add(kAnna, file("c", 4)).id;
  const AttachmentId other = add(kBert, file("d", 8)).id;
  EXPECT_EQ(remove(kAnna, {c, a, other, c, a, AttachmentId{0}, AttachmentId{-1}}), (std::vector<AttachmentId>{a, c}));
  EXPECT_EQ(usage(kAnna), (Usage{2, 1}));
  EXPECT_EQ(usage(kBert), (Usage{8, 1}));
  EXPECT_EQ(ids_of(all(kAnna)), (std::vector<AttachmentId>{b}));
  EXPECT_TRUE(remove(kAnna, {a, c}).empty());
  EXPECT_TRUE(remove(kAnna, {}).empty());
}

TEST_P(CatalogConformance, QueuesARemovalForEachBlobThatNothingPointsTo) {
  NewAttachment made = file("a");
  made.key = R"(7/x/"quoted\)";
  const AttachmentId id = add(kAnna, std::move(made)).id;
  remove(kAnna, {id});
  const std::vector<Job> jobs = lease();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].kind, kRemoveBlob);
  EXPECT_EQ(jobs[0].payload, R"({"store":"local","key":"7/x/\"quoted\\"})");
  EXPECT_EQ(jobs[0].attempts, 1);
  EXPECT_TRUE(must(catalog().blobs_after(BlobId{0}, 10, context_)).empty());
}

TEST_P(CatalogConformance, ASharedBlobStaysUntilItsLastAttachmentGoes) {
  const NewAttachment made = file("a");
  const AttachmentId one = add(kAnna, made).id;
  const AttachmentId two = add(kAnna, made).id;
  const AttachmentId three = add(kAnna, made).id;
  EXPECT_EQ(must(catalog().blobs_after(BlobId{0}, 10, context_)).at(0).attachments, 3);
  remove(kAnna, {one});
  EXPECT_TRUE(lease().empty());
  EXPECT_TRUE(find(kAnna, two).has_value());
  EXPECT_EQ(usage(kAnna), (Usage{200, 2}));
  remove(kAnna, {two, three});
  EXPECT_EQ(lease().size(), 1U) << "one blob, one removal";
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
}

TEST_P(CatalogConformance, RemovesExpiredAttachmentsOfAnyoneUpToTheLimit) {
  for (int i = 0; i < 5; ++i) {
    NewAttachment made = file("brief", 10);
    made.tags = {"t"};
    made.expires_at = clock_.now() + std::chrono::seconds(i);
    add(i % 2 ? kAnna : kBert, std::move(made));
  }
  const AttachmentId stays = add(kAnna, file("stays", 10)).id;
  clock_.advance(3s);
  EXPECT_EQ(must(catalog().remove_expired(3, context_)), 3U);
  EXPECT_EQ(must(catalog().remove_expired(3, context_)), 1U);
  EXPECT_EQ(must(catalog().remove_expired(3, context_)), 0U);
  EXPECT_EQ(lease().size(), 4U);
  EXPECT_EQ(usage(kAnna), (Usage{10, 1}));
  EXPECT_EQ(usage(kBert), (Usage{10, 1}));
  EXPECT_TRUE(find(kAnna, stays).has_value());
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
}

TEST_P(CatalogConformance, TheShapeOfABlobIsThatOfAllItsAttachments) {
  const NewAttachment shared = file("a.png");
  const Attachment one = add(kAnna, shared);
  const Attachment two = add(kAnna, shared);
  const Attachment other = add(kAnna, file("b.png"));
  must(catalog().set_shape(one.blob.id, {.width = 640, .height = 400, .pages = 3}, context_));
  for (const AttachmentId id : {one.id, two.id}) {
    const Attachment row = must(find(kAnna, id));
    EXPECT_EQ(row.width, 640);
    EXPECT_EQ(row.height, 400);
    EXPECT_EQ(row.pages, 3);
    EXPECT_EQ(row.version, 1);
    EXPECT_EQ(row.updated_at, row.created_at);
  }
  EXPECT_FALSE(must(find(kAnna, other.id)).pages);
  must(catalog().set_shape(BlobId{999'999}, {.width = 1, .height = 1}, context_));
}

}  // namespace holdall::catalog::testing
