#include "blob/metered_store.h"

#include "blob/testing/memory_store.h"
#include "blob/testing/store_conformance.h"

namespace holdall::blob {
namespace {

using testing::kind_of;
using testing::sample_bytes;

class MeteredWorld {
 public:
  Store& store() { return store_; }
  void reopen() {}

 private:
  Meter meter_;
  MeteredStore store_{std::make_unique<testing::MemoryStore>(), meter_};
};

TEST(MeteredStore, CountsCallsBytesAndErrors) {
  Meter meter;
  auto memory = std::make_unique<testing::MemoryStore>();
  testing::MemoryStore& faulty = *memory;
  MeteredStore store(std::move(memory), meter);
  ASSERT_TRUE(testing::put(store, "7/a", sample_bytes(1000), {.piece = 400, .expected_size = {}}));
  ASSERT_TRUE(testing::get(store, "7/a"));
  ASSERT_TRUE(testing::stat(store, "7/a"));
  ASSERT_TRUE(testing::list_all(store, ""));
  EXPECT_EQ(kind_of(testing::stat(store, "7/b")), ErrorKind::NotFound);
  faulty.fail_call(1, ErrorKind::Unavailable);
  EXPECT_EQ(kind_of(testing::remove(store, "7/a")), ErrorKind::Unavailable);
  EXPECT_TRUE(testing::remove(store, "7/a"));

  const auto snapshot = meter.snapshot();
  EXPECT_EQ(snapshot.of(Operation::Create).calls, 1u);
  EXPECT_EQ(snapshot.of(Operation::Write).calls, 3u);
  EXPECT_EQ(snapshot.of(Operation::Commit).calls, 1u);
  EXPECT_EQ(snapshot.of(Operation::Open).calls, 1u);
  EXPECT_EQ(snapshot.of(Operation::Read).calls, 2u);
  EXPECT_EQ(snapshot.of(Operation::Stat).calls, 2u);
  EXPECT_EQ(snapshot.of(Operation::Stat).errors, 0u) << "not there is an answer";
  EXPECT_EQ(snapshot.of(Operation::List).calls, 1u);
  EXPECT_EQ(snapshot.of(Operation::Remove).calls, 2u);
  EXPECT_EQ(snapshot.of(Operation::Remove).errors, 1u);
  EXPECT_EQ(snapshot.bytes_written, 1000u);
  EXPECT_EQ(snapshot.bytes_read, 1000u);
}

TEST(Meter, SortsLatenciesIntoBuckets) {
  using std::chrono::microseconds;
  Meter meter;
  for (const microseconds took : {microseconds(0), microseconds(100), microseconds(101), microseconds(60'000'000)}) {
    meter.count(Operation::Open, took, nullptr);
  }
  const auto counts = meter.snapshot().of(Operation::Open);
  EXPECT_EQ(counts.buckets[0], 2u);
  EXPECT_EQ(counts.buckets[1], 1u);
  EXPECT_EQ(counts.buckets.back(), 1u);
  EXPECT_EQ(counts.total, microseconds(60'000'201));
}

}  // namespace
}  // namespace holdall::blob

namespace holdall::blob::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Metered, StoreConformance, MeteredWorld);
}  // namespace holdall::blob::testing
