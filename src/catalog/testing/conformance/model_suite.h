#pragma once
// Conformance: random operations on the catalog and on the plain one in memory; both must say the same throughout.
#include <algorithm>
#include <iterator>

#include "catalog/testing/conformance/fixture.h"
#include "catalog/testing/conformance/list_suite.h"
#include "catalog/testing/memory_catalog.h"

namespace holdall::catalog::testing {

/// Draws operations and does each to both. Ids are compared as well: both count the attachments they make.
class TwoCatalogs {
 public:
  TwoCatalogs(Catalog& real, ManualClock& clock, std::uint64_t seed)
      : real_(real), model_(clock), clock_(clock), random_(seed) {}

  void step() {
    clock_.advance(std::chrono::microseconds(draw(3)));
    switch (draw(14)) {
      case 0:
      case 1:
      case 2:
      case 3: return add();
      case 4: return remove();
      case 5: return change();
      case 6: return same(real_.remove_expired(2, context_), model_.remove_expired(2, context_));
      case 7: return work();
      case 8: return read();
      case 9: return forget_texts();
      case 10:
      case 11: return search();
      default: return list();
    }
  }

  void compare_usage() {
    for (const UserId user : kUsers) {
      const Usage usage = must(real_.usage(user, context_));
      EXPECT_EQ(usage, must(model_.usage(user, context_)));
    }
    EXPECT_TRUE(must(real_.compare_usage(false, context_)).empty());
    EXPECT_TRUE(must(real_.check_integrity(context_)).empty());
  }

 private:
  static constexpr UserId kUsers[] = {kAnna, kBert, UserId{(std::int64_t{1} << 40) + 5}};

  std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  bool toss() { return draw(2) == 0; }
  UserId user() { return kUsers[draw(std::size(kUsers))]; }
  std::string word() { return std::string(1, static_cast<char>('a' + draw(4))); }

  template <class T>
  std::optional<T> maybe(T value) {
    return toss() ? std::optional<T>(std::move(value)) : std::nullopt;
  }

  AttachmentId some_id() { return AttachmentId{static_cast<std::int64_t>(1 + draw(made_ + 2))}; }

  NewAttachment some_file() {
    NewAttachment made;
    if (used_.empty() || draw(5) != 0) {
      made.key = "key/" + std::to_string(used_.size());
      made.size = draw(50);
      used_.push_back({made.key, made.size});
    } else {
      std::tie(made.key, made.size) = used_[draw(used_.size())];  // shares, or conflicts with another's
    }
    made.store = "local";
    made.sha256 = sha256(as_bytes(made.key));
    made.collection = toss() ? "default" : word();
    made.filename = word() + word();
    made.mime_type = toss() ? "image/png" : "image/" + word();
    made.task_id = maybe(static_cast<std::int64_t>(draw(3)));
    made.record = maybe(RecordLink{word(), word(), "", 1});
    if (toss()) made.metadata = R"({"k":")" + word() + R"("})";
    for (std::size_t i = draw(3); i > 0; --i)
      made.tags.push_back(word());
    if (draw(4) == 0) made.expires_at = clock_.now() + std::chrono::microseconds(draw(100));
    return made;
  }

  void add() {
    std::vector<NewAttachment> files;
    for (std::size_t i = 1 + draw(3); i > 0; --i)
      files.push_back(some_file());
    const Quota quota{.bytes = maybe(std::uint64_t{300}), .files = maybe(std::uint64_t{20})};
    const UserId owner = user();
    const auto real = await(real_.add(owner, files, quota, std::nullopt, context_));
    const auto model = await(model_.add(owner, files, quota, std::nullopt, context_));
    ASSERT_EQ(real.has_value(), model.has_value()) << (real ? describe(model.error()) : describe(real.error()));
    if (!real) {
      EXPECT_EQ(describe(real.error()), describe(model.error()));
      return;
    }
    compare(real->attachments, model->attachments);
    made_ += files.size();
  }

  void remove() {
    std::vector<AttachmentId> ids;
    for (std::size_t i = draw(4); i > 0; --i)
      ids.push_back(some_id());
    const UserId owner = user();
    const auto version = draw(4) == 0 ? std::optional<std::int64_t>(1) : std::nullopt;
    same(real_.remove(owner, ids, version, context_), model_.remove(owner, ids, version, context_));
  }

  void change() {
    AttachmentChange change;
    change.filename = maybe(word());
    if (toss()) change.task_id.emplace(maybe(std::int64_t{1}));
    if (toss()) change.record.emplace(maybe(RecordLink{word(), word(), word(), 2}));
    change.metadata = maybe(R"({"k":")" + word() + R"("})");
    change.tags = maybe(std::vector<std::string>{word(), word()});
    if (draw(4) == 0) change.expires_at.emplace(maybe(Timestamp(clock_.now() + std::chrono::microseconds(50))));
    const UserId owner = user();
    const AttachmentId id = some_id();
    const auto version = draw(3) == 0 ? std::optional<std::int64_t>(1 + draw(2)) : std::nullopt;
    const auto real = await(real_.update(owner, id, change, version, context_));
    const auto model = await(model_.update(owner, id, change, version, context_));
    ASSERT_EQ(real.has_value(), model.has_value());
    if (real) return expect_same(without_blob_id(*real), without_blob_id(*model));
    EXPECT_EQ(describe(real.error()), describe(model.error()));
  }

  void work() {
    const auto real = must(real_.lease_jobs(std::string(kRemoveBlob), 100, 20us, context_));
    const auto model = must(model_.lease_jobs(std::string(kRemoveBlob), 100, 20us, context_));
    std::multiset<std::string> payloads, expected;
    std::vector<JobId> ids, model_ids;
    for (const Job& job : real)
      payloads.insert(job.payload), ids.push_back(job.id);
    for (const Job& job : model)
      expected.insert(job.payload), model_ids.push_back(job.id);
    EXPECT_EQ(payloads, expected);
    if (toss()) return;
    must(real_.complete_jobs(std::move(ids), context_));
    must(model_.complete_jobs(std::move(model_ids), context_));
  }

  /// One of the steps of reading a file; the blob's id is each catalog's own.
  void read() {
    const AttachmentId id = some_id();
    const UserId owner = user();
    if (draw(4) == 0)
      return same_void(real_.texts().read_again(owner, id, context_), model_.texts().read_again(owner, id, context_));
    const auto real = await(real_.find(owner, id, context_));
    const auto model = await(model_.find(owner, id, context_));
    ASSERT_EQ(real.has_value(), model.has_value());
    if (!real) return;
    const BlobId blob = real->blob.id, twin = model->blob.id;
    Texts &texts = real_.texts(), &model_texts = model_.texts();
    if (draw(4) == 0) {
      const TextOutcome outcome{.state = TextState::Done, .language = word()};
      same_void(texts.end_text(blob, outcome, context_), model_texts.end_text(twin, outcome, context_));
    } else if (draw(6) == 0) {
      same_void(texts.clear_pages(blob, context_), model_texts.clear_pages(twin, context_));
    } else {
      const auto pages = some_pages();
      same_void(texts.add_pages(blob, pages, context_), model_texts.add_pages(twin, pages, context_));
    }
    EXPECT_EQ(must(texts.pages_after(blob, 0, 10, context_)), must(model_texts.pages_after(twin, 0, 10, context_)));
    EXPECT_EQ(must(texts.find_text(blob, context_)), must(model_texts.find_text(twin, context_)));
  }

  std::vector<PageText> some_pages() {
    std::vector<PageText> pages;
    for (std::size_t i = draw(4); i > 0; --i) {
      std::string text = word();
      for (std::size_t words = draw(6); words > 0; --words)
        text += " " + word() + (toss() ? word() : "");
      pages.push_back({.page = static_cast<std::int64_t>(1 + draw(4)), .text = std::move(text)});
    }
    return pages;
  }

  /// As many as the other has; the ids in the payloads are each catalog's own.
  void forget_texts() {
    const auto real = must(real_.lease_jobs(std::string(kForgetText), 100, 20us, context_));
    EXPECT_EQ(real.size(), must(model_.lease_jobs(std::string(kForgetText), 100, 20us, context_)).size());
  }

  void search() {
    SearchQuery query{.user_id = user(), .terms = {}, .limit = 1 + draw(5), .offset = draw(3)};
    for (std::size_t i = 1 + draw(3); i > 0; --i) {
      query.terms.push_back(
          {.phrase = toss() ? word() : word() + " " + word(), .is_prefix = draw(3) == 0, .is_excluded = draw(4) == 0});
    }
    const SearchPage real = must(real_.texts().search(query, context_));
    const SearchPage model = must(model_.texts().search(query, context_));
    EXPECT_EQ(real.has_more, model.has_more);
    ASSERT_EQ(real.hits.size(), model.hits.size());
    for (std::size_t i = 0; i < real.hits.size(); ++i)
      compare(real.hits[i], model.hits[i]);
  }

  static void compare(const SearchHit& real, const SearchHit& model) {
    expect_same(without_blob_id(real.attachment), without_blob_id(model.attachment));
    EXPECT_NEAR(real.score, model.score, 1e-9);
    EXPECT_EQ(real.filename_marks, model.filename_marks);
    EXPECT_EQ(real.is_in_tags, model.is_in_tags);
    EXPECT_EQ(real.is_in_metadata, model.is_in_metadata);
    ASSERT_EQ(real.pages.size(), model.pages.size());
    for (std::size_t i = 0; i < real.pages.size(); ++i) {
      EXPECT_EQ(real.pages[i].page, model.pages[i].page);
      EXPECT_EQ(real.pages[i].marks, model.pages[i].marks);
    }
  }

  void list() {
    ListQuery query = query_of(user());
    query.sort = kSorts[draw(std::size(kSorts))];
    query.limit = 1 + draw(7);
    query.count = true;
    if (draw(4) == 0) query.task_id = draw(3);
    if (draw(4) == 0) query.record_type = word();
    if (draw(4) == 0) query.record_id = word();
    if (draw(4) == 0) query.collection = toss() ? "default" : word();
    if (draw(4) == 0) query.tag = word();
    if (draw(4) == 0) query.mime_type = toss() ? "image/*" : "image/png";
    if (draw(4) == 0) query.metadata = {{"k", word()}};
    EXPECT_EQ(must(real_.list(query, context_)).total, must(model_.list(query, context_)).total);
    query.count = false;
    compare(walk(real_, query), walk(model_, query));
  }

  void compare(const std::vector<Attachment>& real, const std::vector<Attachment>& model) {
    ASSERT_EQ(ids_of(real), ids_of(model));
    for (std::size_t i = 0; i < real.size(); ++i)
      expect_same(without_blob_id(real[i]), without_blob_id(model[i]));
  }

  template <class T>
  void same(io::Task<Result<T>> real, io::Task<Result<T>> model) {
    const auto answer = await(std::move(real));
    const auto expected = await(std::move(model));
    ASSERT_EQ(answer.has_value(), expected.has_value());
    if (answer) {
      EXPECT_EQ(*answer, *expected);
    } else {
      EXPECT_EQ(describe(answer.error()), describe(expected.error()));
    }
  }

  void same_void(io::Task<Result<void>> real, io::Task<Result<void>> model) {
    const auto answer = await(std::move(real));
    const auto expected = await(std::move(model));
    ASSERT_EQ(answer.has_value(), expected.has_value());
    if (!answer) EXPECT_EQ(describe(answer.error()), describe(expected.error()));
  }

  /// Ids of blobs need not be counted alike.
  static Attachment without_blob_id(Attachment row) {
    row.blob.id = {};
    return row;
  }

  Catalog& real_;
  MemoryCatalog model_;
  ManualClock& clock_;
  std::mt19937_64 random_;
  Context context_;
  std::size_t made_ = 0;
  std::vector<std::pair<std::string, std::uint64_t>> used_;
};

TEST_P(CatalogConformance, DoesWhatThePlainCatalogDoesUnderRandomOperations) {
  const std::uint64_t seed = chosen_seed();
  SCOPED_TRACE("HOLDALL_TEST_SEED=" + std::to_string(seed));
  TwoCatalogs both(catalog(), clock_, seed);
  for (int i = 0; i < 800; ++i) {
    both.step();
    if (i % 50 == 49) both.compare_usage();
    if (HasFailure()) {
      FAIL() << "at step " << i << " with HOLDALL_TEST_SEED=" << seed;
    }
  }
}

}  // namespace holdall::catalog::testing
