#include "blob/testing/memory_store.h"

#include "blob/testing/store_conformance.h"

namespace holdall::blob::testing {
namespace {

// Memory does not outlive its store: reopen() leaves it as it is.
class MemoryWorld {
 public:
  Store& store() { return store_; }
  void reopen() {}

 private:
  MemoryStore store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreConformance, MemoryWorld);

TEST(MemoryStore, FailsTheCallItIsToldTo) {
  const auto bytes = sample_bytes(10);
  const ErrorKind kinds[] = {ErrorKind::NoSpace, ErrorKind::Unavailable};
  for (const ErrorKind kind : kinds) {
    // put is three calls: create, write, commit.
    for (std::uint64_t n = 1; n <= 3; ++n) {
      MemoryStore store;
      store.fail_call(n, kind);
      EXPECT_EQ(kind_of(put(store, "7/a", bytes)), kind);
      EXPECT_TRUE(store.has_failed());
      EXPECT_EQ(store.blob_count(), 0u);
      EXPECT_TRUE(put(store, "7/a", bytes)) << "the failure must be for once";
    }
    MemoryStore store;
    store.fail_call(4, kind);
    EXPECT_TRUE(put(store, "7/a", bytes));
    EXPECT_FALSE(store.has_failed());
  }
}

TEST(MemoryStore, SpendsAWriterThatFailed) {
  MemoryStore store;
  store.fail_call(2, ErrorKind::NoSpace);
  const auto writer = create(store, "7/a");
  ASSERT_TRUE(writer);
  EXPECT_EQ(kind_of(write(**writer, sample_bytes(1))), ErrorKind::NoSpace);
  EXPECT_EQ(kind_of(commit(**writer)), ErrorKind::Internal);
  EXPECT_EQ(store.blob_count(), 0u);
}

TEST(MemoryStore, ShowsTheHealthItIsGiven) {
  MemoryStore store;
  store.set_health({.readable = true, .writable = false, .reason = "told so", .free_bytes = 5});
  EXPECT_FALSE(store.health().writable);
  EXPECT_EQ(store.health().reason, "told so");
}

}  // namespace
}  // namespace holdall::blob::testing
