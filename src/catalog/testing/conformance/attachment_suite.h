#pragma once
// Conformance: what was added is there, for its owner and for nobody else.
#include <algorithm>

#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

inline NewAttachment fully_described(NewAttachment made, Timestamp expires_at) {
  made.collection = "photos";
  made.filename = "résumé \"final\"\n日本語 🙂.pdf";
  made.mime_type = "application/pdf";
  made.task_id = -3;
  made.record = RecordLink{"invoice", "b1f0'; DROP TABLE attachments;--", "скан", -4};
  made.metadata = R"({"note":"naïve \"quote\"","n":1.5,"deep":{"a":[1,2]}})";
  made.tags = {"zeta", "alpha", "ärger", "alpha"};
  made.state = State::Quarantined;
  made.expires_at = expires_at;
  return made;
}

TEST_P(CatalogConformance, FindsEveryFieldAsItWasAdded) {
  const NewAttachment made = fully_described(file("x", 81231), clock_.now() + 1h);
  const Attachment added = add(kAnna, made);
  EXPECT_EQ(added.user_id, kAnna);
  EXPECT_EQ(added.blob.key, made.key);
  EXPECT_EQ(added.blob.store, "local");
  EXPECT_EQ(added.blob.size, 81231U);
  EXPECT_EQ(added.blob.sha256, made.sha256);
  EXPECT_EQ(added.collection, "photos");
  EXPECT_EQ(added.filename, made.filename);
  EXPECT_EQ(added.mime_type, "application/pdf");
  EXPECT_EQ(added.task_id, -3);
  EXPECT_EQ(added.record, made.record);
  EXPECT_EQ(added.metadata, made.metadata);
  EXPECT_EQ(added.tags, (std::vector<std::string>{"alpha", "zeta", "ärger"}));
  EXPECT_EQ(added.state, State::Quarantined);
  EXPECT_EQ(added.created_at, clock_.now());
  EXPECT_EQ(added.updated_at, clock_.now());
  EXPECT_EQ(added.expires_at, clock_.now() + 1h);
  EXPECT_EQ(added.version, 1);
  expect_same(must(find(kAnna, added.id)), added);
}

TEST_P(CatalogConformance, LeavesAbsentWhatWasNotGiven) {
  const Attachment row = must(find(kAnna, add(kAnna, file("plain.txt")).id));
  EXPECT_FALSE(row.task_id || row.record || row.expires_at || row.width || row.height || row.pages);
  EXPECT_EQ(row.metadata, "{}");
  EXPECT_TRUE(row.tags.empty());
  EXPECT_EQ(row.state, State::Ready);
}

TEST_P(CatalogConformance, KeepsTextsWithAnyByteInThem) {
  NewAttachment made = file(std::string("a\0b%_*'\x01\x7f", 9), 0);
  made.record = RecordLink{"", "", "", 0};
  const Attachment row = must(find(kAnna, add(kAnna, made).id));
  EXPECT_EQ(row.filename, made.filename);
  EXPECT_EQ(row.record, made.record);
  EXPECT_EQ(row.blob.size, 0U);
}

TEST_P(CatalogConformance, AddsManyInTheOrderGiven) {
  std::vector<NewAttachment> many;
  for (const char* name : {"c", "a", "b"})
    many.push_back(file(name));
  const auto outcome = must(catalog().add(kAnna, std::move(many), {}, std::nullopt, context_));
  EXPECT_EQ(names_of(outcome.attachments), (std::vector<std::string>{"c", "a", "b"}));
  EXPECT_FALSE(outcome.earlier.has_value());
  const auto ids = ids_of(outcome.attachments);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(usage(kAnna), (Usage{300, 3}));
}

TEST_P(CatalogConformance, AddingNothingIsNoFailure) {
  const auto outcome = must(catalog().add(kAnna, {}, {}, std::nullopt, context_));
  EXPECT_TRUE(outcome.attachments.empty());
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
}

TEST_P(CatalogConformance, AnothersAttachmentIsExactlyAsIfItWereNotThere) {
  const Attachment row = add(kAnna, file("secret.txt"));
  const AttachmentId nowhere{row.id.value + 1'000'000};
  const auto same = [](const Error& a, const Error& b) {
    EXPECT_EQ(a.kind, ErrorKind::NotFound);
    EXPECT_EQ(b.kind, ErrorKind::NotFound);
    EXPECT_EQ(a.code, b.code);
    EXPECT_EQ(a.message, b.message);
    EXPECT_TRUE(a.details.empty() && b.details.empty());
  };
  same(find(kBert, row.id).error(), find(kBert, nowhere).error());
  const auto rename = [&](AttachmentId id, std::optional<std::int64_t> version) {
    AttachmentChange change;
    change.filename = "mine.txt";
    return await(catalog().update(kBert, id, std::move(change), version, context_)).error();
  };
  same(rename(row.id, std::nullopt), rename(nowhere, std::nullopt));
  same(rename(row.id, 99), rename(nowhere, 99));
  EXPECT_TRUE(remove(kBert, {row.id, nowhere}).empty());
  EXPECT_TRUE(must(catalog().remove(kBert, {row.id}, 99, context_)).empty());
  EXPECT_TRUE(all(kBert).empty());
  EXPECT_EQ(usage(kBert), (Usage{0, 0}));
  expect_same(must(find(kAnna, row.id)), row);
}

TEST_P(CatalogConformance, IdsAreNeverGivenOutAgain) {
  const Attachment first = add(kAnna, file("a"));
  remove(kAnna, {first.id});
  EXPECT_GT(add(kAnna, file("b")).id, first.id);
}

TEST_P(CatalogConformance, AnExpiredAttachmentIsNotThere) {
  NewAttachment made = file("brief.txt");
  made.expires_at = clock_.now() + 10s;
  const Attachment row = add(kAnna, std::move(made));
  clock_.advance(10s - 1us);
  EXPECT_TRUE(find(kAnna, row.id).has_value());
  EXPECT_EQ(all(kAnna).size(), 1U);
  clock_.advance(1us);
  EXPECT_EQ(failure_of(find(kAnna, row.id)), ErrorKind::NotFound);
  EXPECT_TRUE(all(kAnna).empty());
  AttachmentChange longer;
  longer.expires_at.emplace(std::nullopt);
  EXPECT_EQ(failure_of(await(catalog().update(kAnna, row.id, std::move(longer), std::nullopt, context_))),
            ErrorKind::NotFound);
  EXPECT_TRUE(remove(kAnna, {row.id}).empty());
  EXPECT_EQ(usage(kAnna), (Usage{100, 1})) << "it counts until its row goes";
}

TEST_P(CatalogConformance, TheSameBytesUnderTheSameKeyServeSeveralAttachments) {
  const NewAttachment made = file("one.txt");
  NewAttachment again = made;
  again.filename = "two.txt";
  const Attachment one = add(kAnna, made);
  const Attachment two = add(kAnna, again);
  EXPECT_EQ(one.blob.id, two.blob.id);
  EXPECT_NE(one.id, two.id);
  EXPECT_EQ(usage(kAnna), (Usage{200, 2}));
}

TEST_P(CatalogConformance, AKeyThatHoldsOtherBytesIsAConflictAndAddsNothing) {
  const NewAttachment made = file("one.txt");
  add(kAnna, made);
  const auto conflicts = [&](UserId user, NewAttachment second) {
    std::vector<NewAttachment> two;
    two.push_back(file("first.txt"));
    two.push_back(std::move(second));
    return failure_of(await(catalog().add(user, std::move(two), {}, std::nullopt, context_)));
  };
  NewAttachment other = made;
  other.size = 101;
  EXPECT_EQ(conflicts(kAnna, other), ErrorKind::Conflict);
  other = made;
  other.sha256 = sha256(as_bytes("other"));
  EXPECT_EQ(conflicts(kAnna, other), ErrorKind::Conflict);
  other = made;
  other.store = "s3";
  EXPECT_EQ(conflicts(kAnna, other), ErrorKind::Conflict);
  EXPECT_EQ(conflicts(kBert, made), ErrorKind::Conflict);
  EXPECT_EQ(usage(kAnna), (Usage{100, 1}));
  EXPECT_EQ(usage(kBert), (Usage{0, 0}));
  EXPECT_EQ(all(kAnna).size(), 1U);
  EXPECT_TRUE(all(kBert).empty());
}

TEST_P(CatalogConformance, RefusesSizesThatCannotBeCounted) {
  const std::uint64_t most = (std::uint64_t{1} << 63) - 1;
  const auto refused = [&](std::vector<std::uint64_t> sizes) {
    std::vector<NewAttachment> many;
    for (const std::uint64_t size : sizes)
      many.push_back(file("huge", size));
    return failure_of(await(catalog().add(kAnna, std::move(many), {}, std::nullopt, context_)));
  };
  EXPECT_EQ(refused({most + 1}), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused({most, 1}), ErrorKind::InvalidArgument);
  EXPECT_EQ(usage(kAnna), (Usage{0, 0}));
}

}  // namespace holdall::catalog::testing
