#pragma once
// Conformance: what was made from blobs is found again, and goes with them.
#include "catalog/testing/conformance/fixture.h"

namespace holdall::catalog::testing {

inline Derivative made_from(const Attachment& row, std::string recipe, std::string key) {
  return {.blob_id = row.blob.id,
          .recipe = std::move(recipe),
          .bytes = DerivedBytes{.key = key,
                                .store = "local",
                                .size = 321,
                                .sha256 = sha256(as_bytes(key)),
                                .mime_type = "image/webp",
                                .width = 200,
                                .height = 125},
          .failure = {},
          .created_at = {}};
}

inline Derivative failed_for(const Attachment& row, std::string recipe, std::string code) {
  return {
      .blob_id = row.blob.id, .recipe = std::move(recipe), .bytes = {}, .failure = std::move(code), .created_at = {}};
}

TEST_P(CatalogConformance, FindsWhatWasMadeFromABlob) {
  const Attachment row = add(kAnna, file("a.png"));
  EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, "small", context_)));
  const Derivative made = made_from(row, "small", "7/d1");
  must(catalog().keep_derivative(made, context_));
  const auto found = must(catalog().find_derivative(row.blob.id, "small", context_));
  ASSERT_TRUE(found && found->bytes);
  EXPECT_EQ(found->blob_id, row.blob.id);
  EXPECT_EQ(found->recipe, "small");
  EXPECT_EQ(found->failure, "");
  EXPECT_EQ(found->created_at, clock_.now());
  EXPECT_EQ(found->bytes->key, "7/d1");
  EXPECT_EQ(found->bytes->store, "local");
  EXPECT_EQ(found->bytes->size, 321U);
  EXPECT_EQ(found->bytes->sha256, made.bytes->sha256);
  EXPECT_EQ(found->bytes->mime_type, "image/webp");
  EXPECT_EQ(found->bytes->width, 200);
  EXPECT_EQ(found->bytes->height, 125);
  EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, "large", context_)));
  EXPECT_FALSE(must(catalog().find_derivative(add(kAnna, file("b.png")).blob.id, "small", context_)));
}

TEST_P(CatalogConformance, TheFirstDerivativeStays) {
  const Attachment row = add(kAnna, file("a.png"));
  must(catalog().keep_derivative(made_from(row, "small", "7/d1"), context_));
  for (const Derivative& late : {made_from(row, "small", "7/d2"), failed_for(row, "small", "picture-unreadable")}) {
    const Derivative counts = must(catalog().keep_derivative(late, context_));
    ASSERT_TRUE(counts.bytes);
    EXPECT_EQ(counts.bytes->key, "7/d1");
  }
}

TEST_P(CatalogConformance, AFailureIsRememberedUntilItIsReplaced) {
  const Attachment row = add(kAnna, file("a.png"));
  must(catalog().keep_derivative(failed_for(row, "small", "picture-unreadable"), context_));
  clock_.advance(1h);
  const auto failed = must(catalog().find_derivative(row.blob.id, "small", context_));
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->bytes);
  EXPECT_EQ(failed->failure, "picture-unreadable");
  EXPECT_EQ(failed->created_at, clock_.now() - 1h);
  EXPECT_EQ(must(catalog().keep_derivative(failed_for(row, "small", "media-crashed"), context_)).created_at,
            clock_.now());
  EXPECT_TRUE(must(catalog().keep_derivative(made_from(row, "small", "7/d1"), context_)).bytes);
}

// Promise 2: no row without its blob; what is made while its blob goes belongs to nobody.
TEST_P(CatalogConformance, Promise2NothingIsKeptForABlobThatIsGone) {
  const Attachment row = add(kAnna, file("a.png"));
  remove(kAnna, {row.id});
  EXPECT_EQ(failure_of(await(catalog().keep_derivative(made_from(row, "small", "7/d1"), context_))),
            ErrorKind::NotFound);
  EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, "small", context_)));
  EXPECT_TRUE(must(catalog().known_keys("local", {"7/d1"}, context_)).empty());
}

// Promise 6: what was made from a file goes with it.
TEST_P(CatalogConformance, Promise6DerivativesGoWithTheirBlob) {
  const Attachment row = add(kAnna, file("a.png"));
  must(catalog().keep_derivative(made_from(row, "small", "7/d1"), context_));
  must(catalog().keep_derivative(made_from(row, "large", "7/d2"), context_));
  must(catalog().keep_derivative(failed_for(row, "other", "picture-unreadable"), context_));
  EXPECT_EQ(must(catalog().known_keys("local", {"7/d1", "7/d2", "7/d3"}, context_)),
            (std::vector<std::string>{"7/d1", "7/d2"}));
  EXPECT_EQ(usage(kAnna), (Usage{100, 1})) << "derivatives are not the user's";
  remove(kAnna, {row.id});
  EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, "small", context_)));
  EXPECT_TRUE(must(catalog().known_keys("local", {"7/d1", "7/d2"}, context_)).empty());
  std::set<std::string> payloads;
  for (const Job& job : lease())
    payloads.insert(job.payload);
  EXPECT_EQ(payloads.size(), 3U);
  for (const std::string& key : {row.blob.key, std::string("7/d1"), std::string("7/d2")})
    EXPECT_TRUE(std::ranges::any_of(payloads, [&](const std::string& text) { return text.contains(key); })) << key;
  EXPECT_TRUE(must(catalog().check_integrity(context_)).empty());
}

TEST_P(CatalogConformance, DerivativesStayWhileAnotherAttachmentHasTheBlob) {
  const NewAttachment shared = file("a.png");
  const Attachment one = add(kAnna, shared);
  const Attachment two = add(kAnna, shared);
  must(catalog().keep_derivative(made_from(one, "small", "7/d1"), context_));
  remove(kAnna, {one.id});
  EXPECT_TRUE(must(catalog().find_derivative(two.blob.id, "small", context_)));
  EXPECT_TRUE(lease().empty());
}

// Promise 9: whoever asks for a picture in every size fills no disk.
TEST_P(CatalogConformance, Promise9KeepsTheYoungestDerivativesOnly) {
  const Attachment row = add(kAnna, file("a.png"));
  for (std::size_t i = 0; i < kMostDerivatives + 3; ++i) {
    must(catalog().keep_derivative(made_from(row, "size" + std::to_string(i), "7/d" + std::to_string(i)), context_));
    clock_.advance(1s);
  }
  for (const char* gone : {"size0", "size1", "size2"})
    EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, gone, context_))) << gone;
  EXPECT_TRUE(must(catalog().find_derivative(row.blob.id, "size3", context_)));
  EXPECT_TRUE(must(catalog().find_derivative(row.blob.id, "size66", context_)));
  EXPECT_EQ(lease().size(), 3U);
}

TEST_P(CatalogConformance, ForgetsADerivativeWhoseBytesAreLost) {
  const Attachment row = add(kAnna, file("a.png"));
  must(catalog().keep_derivative(made_from(row, "small", "7/d1"), context_));
  must(catalog().forget_derivative(row.blob.id, "small", "7/other", context_));
  EXPECT_TRUE(must(catalog().find_derivative(row.blob.id, "small", context_)));
  must(catalog().forget_derivative(row.blob.id, "small", "7/d1", context_));
  EXPECT_FALSE(must(catalog().find_derivative(row.blob.id, "small", context_)));
}

}  // namespace holdall::catalog::testing
