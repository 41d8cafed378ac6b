#pragma once
// What every store must do (the contract in blob/store.h). A test program names its worlds:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreConformance, MemoryWorld);
//
// A world makes an empty store when constructed, gives it by `store()`, and `reopen()` closes and opens it again.
#include <algorithm>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "blob/testing/store_access.h"

namespace holdall::blob::testing {

/// Around the sizes at which a store may change its way of writing: one block, a small blob, a piece.
inline constexpr std::size_t kInterestingSizes[] = {0,     1,       4095,    4096,      65535,    65536,
                                                    65537, 262'144, 262'145, 1'048'577, 9'000'001};
inline constexpr std::size_t kSmall = 300;
inline constexpr std::size_t kLarge = 700'000;

template <class World>
class StoreConformance : public ::testing::Test {
 protected:
  Store& store() { return world_.store(); }
  void reopen() { world_.reopen(); }

  void expect_bytes(std::string_view key, std::span<const std::byte> bytes) {
    const auto read = get(store(), key);
    ASSERT_TRUE(read) << key << ": " << describe(read.error());
    EXPECT_TRUE(std::ranges::equal(*read, bytes)) << key << " has other bytes";
    const auto found = stat(store(), key);
    ASSERT_TRUE(found) << key << ": " << describe(found.error());
    EXPECT_EQ(found->size, bytes.size());
  }

  void expect_absent(std::string_view key) {
    EXPECT_EQ(kind_of(open(store(), key)), ErrorKind::NotFound) << key;
    EXPECT_EQ(kind_of(stat(store(), key)), ErrorKind::NotFound) << key;
    EXPECT_EQ(list_all(store(), std::string(key)), std::vector<std::string>()) << key;
  }

  World world_;
};

TYPED_TEST_SUITE_P(StoreConformance);

TYPED_TEST_P(StoreConformance, GivesBackWhatWasWritten) {
  for (const std::size_t size : kInterestingSizes) {
    const auto bytes = sample_bytes(size);
    const std::string key = "7/size_" + std::to_string(size);
    const auto written = put(this->store(), key, bytes, {.piece = 100'000, .expected_size = {}});
    ASSERT_TRUE(written) << size << ": " << describe(written.error());
    EXPECT_EQ(written->size, size);
    EXPECT_EQ(written->sha256, sha256(bytes));
    this->expect_bytes(key, bytes);
  }
}

TYPED_TEST_P(StoreConformance, ComputesTheSha256OfThePublishedExample) {
  const std::string text = "abc";
  const auto written = put(this->store(), "7/abc", std::as_bytes(std::span(text)));
  ASSERT_TRUE(written);
  EXPECT_EQ(to_hex(written->sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TYPED_TEST_P(StoreConformance, TakesTheExpectedSizeAsAHintOnly) {
  for (const std::size_t size : {std::size_t{0}, kSmall, kLarge}) {
    for (const std::uint64_t expected : {std::uint64_t{0}, std::uint64_t{kSmall}, std::uint64_t{kLarge}, 3'000'000ul}) {
      const auto bytes = sample_bytes(size);
      const std::string key = "7/" + std::to_string(size) + "_" + std::to_string(expected);
      const auto written = put(this->store(), key, bytes, {.piece = 65'536, .expected_size = expected});
      ASSERT_TRUE(written) << key << ": " << describe(written.error());
      EXPECT_EQ(written->sha256, sha256(bytes)) << key;
      this->expect_bytes(key, bytes);
    }
  }
}

TYPED_TEST_P(StoreConformance, TakesBytesOneByOne) {
  const auto bytes = sample_bytes(66'000);
  const auto written = put(this->store(), "7/drops", bytes, {.piece = 1, .expected_size = {}});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->sha256, sha256(bytes));
  this->expect_bytes("7/drops", bytes);
}

TYPED_TEST_P(StoreConformance, ShowsNothingBeforeCommit) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const auto bytes = sample_bytes(size);
    const std::string key = "7/early_" + std::to_string(size);
    const auto writer = create(this->store(), key, std::nullopt);
    ASSERT_TRUE(writer);
    this->expect_absent(key);
    ASSERT_TRUE(write(**writer, bytes));
    this->expect_absent(key);
    ASSERT_TRUE(commit(**writer));
    this->expect_bytes(key, bytes);
  }
}

TYPED_TEST_P(StoreConformance, LeavesNothingOfADroppedWriter) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const std::string key = "7/dropped_" + std::to_string(size);
    {
      const auto writer = create(this->store(), key, std::nullopt);
      ASSERT_TRUE(writer);
      ASSERT_TRUE(write(**writer, sample_bytes(size, 1)));
    }
    this->expect_absent(key);
    const auto bytes = sample_bytes(size, 2);
    ASSERT_TRUE(put(this->store(), key, bytes));
    this->expect_bytes(key, bytes);
  }
}

TYPED_TEST_P(StoreConformance, RefusesAKeyThatExistsAndKeepsTheOldBytes) {
  for (const std::size_t first : {kSmall, kLarge}) {
    for (const std::size_t second : {kSmall, kLarge}) {
      const std::string key = "7/twice_" + std::to_string(first) + "_" + std::to_string(second);
      const auto bytes = sample_bytes(first, 1);
      ASSERT_TRUE(put(this->store(), key, bytes));
      EXPECT_EQ(kind_of(put(this->store(), key, sample_bytes(second, 2))), ErrorKind::Conflict);
      this->expect_bytes(key, bytes);
      this->reopen();
      EXPECT_EQ(kind_of(put(this->store(), key, sample_bytes(second, 3))), ErrorKind::Conflict);
      this->expect_bytes(key, bytes);
    }
  }
}

TYPED_TEST_P(StoreConformance, LetsOneOfManyWritersOfAKeyWin) {
  for (int round = 0; round < 10; ++round) {
    const std::string key = "7/race_" + std::to_string(round);
    constexpr unsigned kWriters = 6;
    std::vector<std::optional<ErrorKind>> outcomes(kWriters);
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < kWriters; ++i) {
        threads.emplace_back([&, i] {
          const auto bytes = sample_bytes(i % 2 == 0 ? kSmall : kLarge / 4, i);
          outcomes[i] = kind_of(put(this->store(), key, bytes));
        });
      }
    }
    const auto winner = std::ranges::find(outcomes, std::optional<ErrorKind>());
    ASSERT_NE(winner, outcomes.end());
    EXPECT_EQ(std::ranges::count(outcomes, std::optional(ErrorKind::Conflict)), kWriters - 1);
    const auto i = static_cast<unsigned>(winner - outcomes.begin());
    this->expect_bytes(key, sample_bytes(i % 2 == 0 ? kSmall : kLarge / 4, i));
  }
}

TYPED_TEST_P(StoreConformance, ReadsRanges) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const auto bytes = sample_bytes(size);
    const std::string key = "7/ranges_" + std::to_string(size);
    ASSERT_TRUE(put(this->store(), key, bytes));
    const ByteRange ranges[] = {{0, 0},        {0, 1},    {0, size},           {1, size - 1},
                                {size - 1, 1}, {size, 0}, {size / 3, size / 2}};
    for (const ByteRange& range : ranges) {
      const auto reader = open(this->store(), key, range);
      ASSERT_TRUE(reader) << describe(reader.error());
      EXPECT_EQ((*reader)->size(), size);
      EXPECT_EQ((*reader)->remaining(), range.length);
      const auto read = read_all(**reader);
      ASSERT_TRUE(read) << describe(read.error());
      EXPECT_TRUE(std::ranges::equal(*read, std::span(bytes).subspan(range.offset, range.length)))
          << range.offset << "+" << range.length;
    }
  }
}

TYPED_TEST_P(StoreConformance, RefusesRangesBeyondTheEnd) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  for (const std::size_t size : {std::size_t{0}, kSmall, kLarge}) {
    const std::string key = "7/beyond_" + std::to_string(size);
    ASSERT_TRUE(put(this->store(), key, sample_bytes(size)));
    const ByteRange ranges[] = {{0, size + 1}, {size, 1}, {size + 1, 0}, {1, kMax}, {kMax, 1}, {kMax, kMax}};
    for (const ByteRange& range : ranges) {
      EXPECT_EQ(kind_of(open(this->store(), key, range)), ErrorKind::InvalidArgument)
          << range.offset << "+" << range.length;
    }
  }
}

TYPED_TEST_P(StoreConformance, KeepsTheEndAtTheEnd) {
  ASSERT_TRUE(put(this->store(), "7/end", sample_bytes(kSmall)));
  const auto reader = open(this->store(), "7/end");
  ASSERT_TRUE(reader);
  ASSERT_TRUE(read_all(**reader));
  const auto again = read_all(**reader);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
  EXPECT_EQ((*reader)->remaining(), 0u);
}

TYPED_TEST_P(StoreConformance, SaysNotFoundForWhatIsNotThere) {
  this->expect_absent("7/nothing");
  this->expect_absent("8/2026/11/22/nothing");
}

TYPED_TEST_P(StoreConformance, RemovesAndDoesSoTwice) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const std::string key = "7/gone_" + std::to_string(size);
    EXPECT_TRUE(remove(this->store(), key));
    ASSERT_TRUE(put(this->store(), key + "x", sample_bytes(size)));
    ASSERT_TRUE(remove(this->store(), key + "x"));
    this->expect_absent(key + "x");
    EXPECT_TRUE(remove(this->store(), key + "x"));
    this->reopen();
    this->expect_absent(key + "x");
  }
}

TYPED_TEST_P(StoreConformance, LetsAReaderFinishWhatIsRemoved) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const auto bytes = sample_bytes(size);
    const std::string key = "7/read_" + std::to_string(size);
    ASSERT_TRUE(put(this->store(), key, bytes));
    const auto reader = open(this->store(), key);
    ASSERT_TRUE(reader);
    ASSERT_TRUE(remove(this->store(), key));
    this->expect_absent(key);
    const auto read = read_all(**reader);
    ASSERT_TRUE(read) << describe(read.error());
    EXPECT_TRUE(std::ranges::equal(*read, bytes));
  }
}

TYPED_TEST_P(StoreConformance, ListsInOrderOfKeys) {
  // In ASCII '-' and '.' stand before '/', digits and letters behind it: folders and files must be woven.
  std::vector<std::string> keys = {"a-b", "a.b",   "a/b",   "a/b0", "a/b-c", "a/c/d",         "a/c/e",
                                   "a0",  "a/c-d", "a/c.d", "aa/b", "b",     "7/2026/11/22/x"};
  for (const std::string& key : keys) {
    ASSERT_TRUE(put(this->store(), key, sample_bytes(key == "a/c/d" ? kLarge : kSmall))) << key;
  }
  std::ranges::sort(keys);
  EXPECT_EQ(list_all(this->store(), ""), keys);
  this->reopen();
  EXPECT_EQ(list_all(this->store(), ""), keys);
  for (const std::size_t limit : {1u, 2u, 3u, 5u, 12u, 13u, 14u}) {
    EXPECT_EQ(list_all(this->store(), "", limit), keys) << limit;
  }
}

TYPED_TEST_P(StoreConformance, ListsBelowAPrefix) {
  for (const std::string key : {"7/2026/a", "7/2026/b", "7/2027/a", "71/2026/a", "8/a"}) {
    ASSERT_TRUE(put(this->store(), key, sample_bytes(kSmall)));
  }
  using Keys = std::vector<std::string>;
  EXPECT_EQ(list_all(this->store(), "7/2026/"), (Keys{"7/2026/a", "7/2026/b"}));
  EXPECT_EQ(list_all(this->store(), "7/202"), (Keys{"7/2026/a", "7/2026/b", "7/2027/a"}));
  EXPECT_EQ(list_all(this->store(), "7"), (Keys{"7/2026/a", "7/2026/b", "7/2027/a", "71/2026/a"}));
  EXPECT_EQ(list_all(this->store(), "7/2026/a"), (Keys{"7/2026/a"}));
  EXPECT_EQ(list_all(this->store(), "9"), Keys());
  EXPECT_EQ(list_all(this->store(), "../"), Keys());
  EXPECT_EQ(list_all(this->store(), "/"), Keys());
}

TYPED_TEST_P(StoreConformance, ListsSizesAndEndsPagesExactly) {
  ASSERT_TRUE(put(this->store(), "7/a", sample_bytes(kSmall)));
  ASSERT_TRUE(put(this->store(), "7/b", sample_bytes(kLarge)));
  const auto first = list(this->store(), "7/", "", 1);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->blobs.size(), 1u);
  EXPECT_EQ(first->blobs[0].stat.size, kSmall);
  ASSERT_FALSE(first->next.empty());
  const auto second = list(this->store(), "7/", first->next, 1);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->blobs.size(), 1u);
  EXPECT_EQ(second->blobs[0].stat.size, kLarge);
  EXPECT_LT(std::chrono::abs(second->blobs[0].stat.modified_at - stat(this->store(), "7/b")->modified_at),
            std::chrono::seconds(5));
  EXPECT_TRUE(second->next.empty());
}

TYPED_TEST_P(StoreConformance, ListsWhatStaysWhileOthersGo) {
  for (const std::string key : {"7/a", "7/b", "7/c", "7/d"})
    ASSERT_TRUE(put(this->store(), key, sample_bytes(1)));
  const auto first = list(this->store(), "", "", 2);
  ASSERT_TRUE(first);
  ASSERT_TRUE(remove(this->store(), "7/b"));
  ASSERT_TRUE(remove(this->store(), "7/c"));
  const auto second = list(this->store(), "", first->next, 2);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->blobs.size(), 1u);
  EXPECT_EQ(second->blobs[0].key.text(), "7/d");
}

TYPED_TEST_P(StoreConformance, RefusesPagesOfNoneOrTooMany) {
  EXPECT_EQ(kind_of(list(this->store(), "", "", 0)), ErrorKind::InvalidArgument);
  EXPECT_EQ(kind_of(list(this->store(), "", "", 1001)), ErrorKind::InvalidArgument);
}

TYPED_TEST_P(StoreConformance, KeepsEverythingWhenOpenedAgain) {
  for (const std::size_t size : kInterestingSizes) {
    ASSERT_TRUE(put(this->store(), "7/keep/s" + std::to_string(size), sample_bytes(size)));
  }
  for (int i = 0; i < 2; ++i) {
    this->reopen();
    for (const std::size_t size : kInterestingSizes) {
      this->expect_bytes("7/keep/s" + std::to_string(size), sample_bytes(size));
    }
    EXPECT_EQ(list_all(this->store(), "")->size(), std::size(kInterestingSizes));
  }
}

TYPED_TEST_P(StoreConformance, RefusesASpentWriter) {
  const auto writer = create(this->store(), "7/spent", std::nullopt);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(commit(**writer));
  EXPECT_EQ(kind_of(commit(**writer)), ErrorKind::Internal);
  EXPECT_EQ(kind_of(write(**writer, sample_bytes(1))), ErrorKind::Internal);
  this->expect_bytes("7/spent", {});
}

TYPED_TEST_P(StoreConformance, ServesManyThreadsAtOnce) {
  constexpr unsigned kThreads = 4;
  constexpr unsigned kBlobs = 40;
  std::vector<unsigned> wrong(kThreads);
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (unsigned i = 0; i < kBlobs; ++i) {
          const auto bytes = sample_bytes(i % 10 == 0 ? 100'000 : i * 50, t * 1000 + i);
          const std::string key = std::to_string(t) + "/d" + std::to_string(i % 3) + "/k" + std::to_string(i);
          if (!put(this->store(), key, bytes)) ++wrong[t];
          if (get(this->store(), key) != bytes) ++wrong[t];
          if (i % 4 == 0 && (!remove(this->store(), key) || stat(this->store(), key))) ++wrong[t];
        }
      });
    }
  }
  for (unsigned t = 0; t < kThreads; ++t)
    EXPECT_EQ(wrong[t], 0u) << t;
  EXPECT_EQ(list_all(this->store(), "", 7)->size(), kThreads * kBlobs * 3 / 4);
  this->reopen();
  EXPECT_EQ(list_all(this->store(), "", 7)->size(), kThreads * kBlobs * 3 / 4);
}

TYPED_TEST_P(StoreConformance, IsHealthyAtFirst) {
  const Health health = this->store().health();
  EXPECT_TRUE(health.readable);
  EXPECT_TRUE(health.writable);
  EXPECT_EQ(health.reason, "");
}

REGISTER_TYPED_TEST_SUITE_P(StoreConformance, GivesBackWhatWasWritten, ComputesTheSha256OfThePublishedExample,
                            TakesTheExpectedSizeAsAHintOnly, TakesBytesOneByOne, ShowsNothingBeforeCommit,
                            LeavesNothingOfADroppedWriter, RefusesAKeyThatExistsAndKeepsTheOldBytes,
                            LetsOneOfManyWritersOfAKeyWin, ReadsRanges, RefusesRangesBeyondTheEnd, KeepsTheEndAtTheEnd,
                            SaysNotFoundForWhatIsNotThere, RemovesAndDoesSoTwice, LetsAReaderFinishWhatIsRemoved,
                            ListsInOrderOfKeys, ListsBelowAPrefix, ListsSizesAndEndsPagesExactly,
                            ListsWhatStaysWhileOthersGo, RefusesPagesOfNoneOrTooMany, KeepsEverythingWhenOpenedAgain,
                            RefusesASpentWriter, ServesManyThreadsAtOnce, IsHealthyAtFirst);

}  // namespace holdall::blob::testing
