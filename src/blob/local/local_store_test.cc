#include "blob/local/local_store.h"

#include <fstream>
#include <functional>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob/local/testing/faulty_disk.h"
#include "blob/testing/store_conformance.h"
#include "blob/testing/temporary_folder.h"

namespace holdall::blob::local {
namespace {

using blob::testing::commit;
using blob::testing::create;
using blob::testing::get;
using blob::testing::kind_of;
using blob::testing::kLarge;
using blob::testing::kSmall;
using blob::testing::list_all;
using blob::testing::open;
using blob::testing::put;
using blob::testing::remove;
using blob::testing::sample_bytes;
using blob::testing::stat;
using blob::testing::TemporaryFolder;
using blob::testing::write;
using testing::Call;
using testing::FaultyDisk;

namespace fs = std::filesystem;

// The smallest journal there is, so that segments are used again within a test.
Config small_config() { return {.min_free = 0, .threads = 2, .journal_size = 1}; }

class LocalWorld {
 public:
  LocalWorld() { reopen(); }

  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    auto opened = LocalStore::open(folder_.path() / "store", small_config());
    if (!opened) throw std::runtime_error(describe(opened.error()));
    store_ = std::move(*opened);
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

class LocalStoreTest : public ::testing::Test {
 protected:
  fs::path root() const { return folder_.path() / "store"; }
  fs::path blob(const std::string& key) const { return root() / "blobs" / key; }

  Result<std::unique_ptr<Store>> try_open(Access access = Access::Serve) {
    return LocalStore::open(root(), config_, {.access = access, .disk = disk_, .crash_hook = {}});
  }
  Store& store() {
    if (!store_) {
      auto opened = try_open();
      if (!opened) throw std::runtime_error(describe(opened.error()));
      store_ = std::move(*opened);
    }
    return *store_;
  }
  void close() { store_.reset(); }

  std::size_t temporaries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root() / "tmp"), fs::directory_iterator()));
  }
  // Whether a small blob has its whole file: before that it is in the journal, and would be the one that waits for
  // room.
  bool is_filed(const std::string& key) const { return fs::exists(blob(key)) && fs::file_size(blob(key)) == kSmall; }
  // Until the store's own threads have done what they have to do; the test's time limit is the deadline.
  template <class Condition>
  void wait_until(Condition condition) {
    while (!condition())
      std::this_thread::yield();
  }

  TemporaryFolder folder_;
  Config config_ = small_config();
  FaultyDisk disk_;
  std::unique_ptr<Store> store_;
};

TEST_F(LocalStoreTest, MakesEverythingPrivate) {
  ASSERT_TRUE(put(store(), "7/2026/a", sample_bytes(kSmall)));
  ASSERT_TRUE(put(store(), "7/2026/b", sample_bytes(kLarge)));
  close();
  for (const auto& entry : fs::recursive_directory_iterator(root())) {
    const auto wanted = entry.is_directory() ? fs::perms::owner_all : fs::perms::owner_read | fs::perms::owner_write;
    EXPECT_EQ(entry.status().permissions(), wanted) << entry.path();
  }
  EXPECT_EQ(fs::status(root()).permissions(), fs::perms::owner_all);
}

TEST_F(LocalStoreTest, KeepsEachBlobAsAFileOfItsKey) {
  ASSERT_TRUE(put(store(), "7/2026/a", sample_bytes(kSmall)));
  ASSERT_TRUE(put(store(), "7/2026/b", sample_bytes(kLarge)));
  close();
  EXPECT_EQ(fs::file_size(blob("7/2026/a")), kSmall);
  EXPECT_EQ(fs::file_size(blob("7/2026/b")), kLarge);
  EXPECT_EQ(temporaries(), 0u);
}

TEST_F(LocalStoreTest, IsServedByOneProcessOnly) {
  ASSERT_TRUE(put(store(), "7/a", sample_bytes(kLarge)));
  EXPECT_EQ(kind_of(try_open()), ErrorKind::Locked);
  const auto inspector = try_open(Access::Inspect);
  ASSERT_TRUE(inspector);
  EXPECT_EQ(get(**inspector, "7/a"), sample_bytes(kLarge));
  EXPECT_EQ(kind_of(create(**inspector, "7/b")), ErrorKind::Unavailable);
  EXPECT_EQ(kind_of(remove(**inspector, "7/a")), ErrorKind::Unavailable);
  EXPECT_FALSE((*inspector)->health().writable);
  close();
  EXPECT_TRUE(try_open());
}

TEST_F(LocalStoreTest, MakesNothingWhenItOnlyLooks) {
  EXPECT_EQ(kind_of(try_open(Access::Inspect)), ErrorKind::Unavailable);
  EXPECT_FALSE(fs::exists(root()));
}

TEST_F(LocalStoreTest, RefusesAFormatItDoesNotKnow) {
  store();
  close();
  std::ofstream(root() / "format") << "holdall-store 2\n";
  EXPECT_EQ(kind_of(try_open()), ErrorKind::Unsupported);
}

TEST_F(LocalStoreTest, SweepsWhatDroppedWritersLeft) {
  store();
  close();
  std::ofstream(root() / "tmp" / "leftover") << "half a blob";
  store();
  EXPECT_EQ(temporaries(), 0u);
}

TEST_F(LocalStoreTest, FollowsNoLinkOutOfItsFolder) {
  const fs::path outside = folder_.path() / "outside";
  fs::create_directories(outside / "2026");
  std::ofstream(outside / "secret") << "secret";
  store();
  fs::create_directory_symlink(outside, blob("7"));
  fs::create_directory(blob("8"));
  fs::create_symlink(outside / "secret", blob("8/secret"));
  EXPECT_EQ(kind_of(open(store(), "7/secret")), ErrorKind::Corrupt);
  EXPECT_EQ(kind_of(open(store(), "8/secret")), ErrorKind::Corrupt);
  EXPECT_FALSE(stat(store(), "7/secret"));
  EXPECT_FALSE(stat(store(), "8/secret"));
  EXPECT_TRUE(remove(store(), "7/secret")) << "no such blob";
  EXPECT_FALSE(put(store(), "7/new", sample_bytes(kSmall)));
  EXPECT_FALSE(put(store(), "7/new", sample_bytes(kLarge)));
  EXPECT_FALSE(put(store(), "7/2026/new", sample_bytes(kSmall)));
  EXPECT_EQ(list_all(store(), ""), std::vector<std::string>());
  EXPECT_TRUE(fs::exists(outside / "secret"));
  EXPECT_FALSE(fs::exists(outside / "new"));
  EXPECT_TRUE(fs::is_empty(outside / "2026"));
  EXPECT_TRUE(store().health().writable) << "what somebody else put there is no failure of the medium";
}

TEST_F(LocalStoreTest, DoesNotHangOnAPipe) {
  store();
  fs::create_directory(blob("7"));
  ASSERT_EQ(::mkfifo(blob("7/pipe").c_str(), 0600), 0);
  EXPECT_EQ(kind_of(open(store(), "7/pipe")), ErrorKind::NotFound);
  EXPECT_EQ(kind_of(stat(store(), "7/pipe")), ErrorKind::NotFound);
}

TEST_F(LocalStoreTest, RefusesAKeyThatIsAFolderOfOthers) {
  for (const std::size_t size : {kSmall, kLarge}) {
    const std::string key = "7/" + std::to_string(size);
    ASSERT_TRUE(put(store(), key + "/a", sample_bytes(size)));
    ASSERT_TRUE(put(store(), key + "b", sample_bytes(size)));
    close();
    EXPECT_EQ(kind_of(put(store(), key, sample_bytes(kSmall))), ErrorKind::Conflict);
    EXPECT_EQ(kind_of(put(store(), key, sample_bytes(kLarge))), ErrorKind::Conflict);
    EXPECT_EQ(kind_of(put(store(), key + "b/c", sample_bytes(kSmall))), ErrorKind::Conflict);
    EXPECT_EQ(kind_of(put(store(), key + "b/c", sample_bytes(kLarge))), ErrorKind::Conflict);
    EXPECT_EQ(kind_of(open(store(), key)), ErrorKind::NotFound);
    EXPECT_TRUE(remove(store(), key));
    EXPECT_TRUE(get(store(), key + "/a"));
  }
}

TEST_F(LocalStoreTest, SaysWhenAFileIsShorterThanItWas) {
  ASSERT_TRUE(put(store(), "7/a", sample_bytes(kLarge)));
  const auto reader = open(store(), "7/a");
  ASSERT_TRUE(reader);
  fs::resize_file(blob("7/a"), 1000);
  EXPECT_EQ(kind_of(blob::testing::read_all(**reader)), ErrorKind::Corrupt);
}

TEST_F(LocalStoreTest, ShowsWhereTheBytesLie) {
  const auto bytes = sample_bytes(kLarge);
  ASSERT_TRUE(put(store(), "7/a", bytes));
  const auto reader = open(store(), "7/a", ByteRange{100, 5000});
  ASSERT_TRUE(reader);
  const auto region = (*reader)->file_region();
  ASSERT_TRUE(region);
  EXPECT_EQ(region->offset, 100u);
  EXPECT_EQ(region->length, 5000u);
  std::vector<std::byte> read(5000);
  ASSERT_EQ(::pread(region->descriptor, read.data(), read.size(), 100), 5000);
  EXPECT_TRUE(std::ranges::equal(read, std::span(bytes).subspan(100, 5000)));
}

TEST_F(LocalStoreTest, KeepsTheReserveFree) {
  ASSERT_TRUE(put(store(), "7/a", sample_bytes(kSmall)));
  close();
  config_.min_free = 1ull << 60;
  EXPECT_EQ(kind_of(create(store(), "7/b")), ErrorKind::NoSpace);
  EXPECT_EQ(get(store(), "7/a"), sample_bytes(kSmall));
  close();
  config_.min_free = 0;
  EXPECT_TRUE(create(store(), "7/b"));
  EXPECT_EQ(kind_of(create(store(), "7/c", 1ull << 60)), ErrorKind::NoSpace);
}

TEST_F(LocalStoreTest, IsReadOnlyOnceASyncHasFailed) {
  struct Case {
    std::string_view name;
    Call call;
    std::size_t size;
  };
  const Case cases[] = {
      {"the journal", Call::SyncData, kSmall},
      {"a staged file", Call::SyncData, kLarge},
      {"a folder", Call::Sync, kLarge},
      {"early write-out", Call::WriteOut, 9'000'000},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    close();
    fs::remove_all(root());
    const auto kept = sample_bytes(kLarge, 1);
    ASSERT_TRUE(put(store(), "7/kept", kept));
    ASSERT_TRUE(put(store(), "7/small", sample_bytes(kSmall)));
    // Every call from now on: one failure alone might meet the thread that prepares the next segment.
    disk_.fail(c.call, 1, EIO, true);
    EXPECT_EQ(kind_of(put(store(), "8/lost", sample_bytes(c.size))), ErrorKind::Unavailable);
    disk_.heal();
    EXPECT_EQ(kind_of(stat(store(), "8/lost")), ErrorKind::NotFound);
    EXPECT_FALSE(store().health().writable);
    EXPECT_TRUE(store().health().readable);
    EXPECT_NE(store().health().reason, "");
    // The disk works again, and still nothing is written: the kernel may have dropped what it could not write.
    EXPECT_EQ(kind_of(create(store(), "8/more")), ErrorKind::Unavailable);
    EXPECT_EQ(kind_of(remove(store(), "7/kept")), ErrorKind::Unavailable);
    EXPECT_EQ(get(store(), "7/kept"), kept);
    EXPECT_EQ(get(store(), "7/small"), sample_bytes(kSmall));
    EXPECT_EQ(temporaries(), 0u);
    close();
    EXPECT_TRUE(store().health().writable);
    EXPECT_EQ(get(store(), "7/kept"), kept);
    EXPECT_TRUE(put(store(), "8/more", kept));
  }
}

TEST_F(LocalStoreTest, IsReadOnlyOnceACheckpointHasFailed) {
  disk_.fail(Call::SyncFileSystem, 1, EIO);
  const auto bytes = sample_bytes(60'000);
  std::vector<std::string> taken;
  // 8 MiB of segments: the checkpoint comes after at most 140 of these.
  for (int i = 0; i < 400 && store().health().writable; ++i) {
    const std::string key = "7/k" + std::to_string(i);
    if (put(store(), key, bytes)) taken.push_back(key);
  }
  EXPECT_FALSE(store().health().writable);
  EXPECT_LT(taken.size(), 400u);
  for (const std::string& key : taken)
    EXPECT_EQ(get(store(), key), bytes) << key;
  close();
  for (const std::string& key : taken)
    EXPECT_EQ(get(store(), key), bytes) << key;
}

TEST_F(LocalStoreTest, UsesItsJournalAgainAndAgain) {
  const auto bytes = sample_bytes(60'000);
  std::vector<std::string> keys;
  for (int i = 100; i < 500; ++i) {
    keys.push_back("7/k" + std::to_string(i));
    ASSERT_TRUE(put(store(), keys.back(), bytes)) << keys.back();
  }
  EXPECT_GE(disk_.count(Call::SyncFileSystem), 1u);
  EXPECT_EQ(std::distance(fs::directory_iterator(root() / "journal"), fs::directory_iterator()), 4);
  EXPECT_EQ(list_all(store(), ""), keys);
  close();
  EXPECT_EQ(list_all(store(), ""), keys);
  for (const std::string& key : keys)
    EXPECT_EQ(get(store(), key), bytes) << key;
}

TEST_F(LocalStoreTest, KnowsAKeyOfTheJournalForTaken) {
  ASSERT_TRUE(put(store(), "7/a", sample_bytes(kSmall)));
  ASSERT_TRUE(remove(store(), "7/a"));
  EXPECT_EQ(kind_of(put(store(), "7/a", sample_bytes(kLarge))), ErrorKind::Conflict);
  EXPECT_EQ(kind_of(put(store(), "7/a", sample_bytes(kSmall))), ErrorKind::Conflict);
  close();
  EXPECT_TRUE(put(store(), "7/a", sample_bytes(kLarge)));
  close();
  EXPECT_EQ(get(store(), "7/a"), sample_bytes(kLarge));
}

TEST_F(LocalStoreTest, SaysNoSpaceAndLeavesNothingWhenALargeBlobDoesNotFit) {
  for (const Call call : {Call::CreateFile, Call::Allocate, Call::Write, Call::Truncate, Call::MakeFolder}) {
    close();
    fs::remove_all(root());
    store();
    disk_.fail(call, 1, ENOSPC);
    EXPECT_EQ(kind_of(put(store(), "7/a", sample_bytes(kLarge), {.piece = 100'000, .expected_size = kLarge + 1})),
              ErrorKind::NoSpace)
        << static_cast<int>(call);
    EXPECT_EQ(temporaries(), 0u);
    EXPECT_EQ(kind_of(stat(store(), "7/a")), ErrorKind::NotFound);
    EXPECT_TRUE(store().health().writable);
    EXPECT_TRUE(put(store(), "7/a", sample_bytes(kLarge)));
  }
}

TEST_F(LocalStoreTest, HoldsSmallBlobsInTheJournalWhileThereIsNoRoomForFiles) {
  ASSERT_TRUE(put(store(), "6/large", sample_bytes(kLarge)));
  ASSERT_TRUE(put(store(), "6/small", sample_bytes(kSmall)));
  wait_until([&] { return is_filed("6/small"); });
  disk_.fail(Call::CreateFile, 1, ENOSPC, true);
  const auto bytes = sample_bytes(kSmall);
  ASSERT_TRUE(put(store(), "7/a", bytes)) << "durable in the journal";
  wait_until([&] { return !store().health().writable; });
  EXPECT_EQ(kind_of(create(store(), "7/b")), ErrorKind::NoSpace);
  EXPECT_EQ(get(store(), "7/a"), bytes);
  EXPECT_EQ(list_all(store(), ""), (std::vector<std::string>{"6/large", "6/small", "7/a"}));
  EXPECT_TRUE(remove(store(), "6/large")) << "this makes room";
  // A restart meanwhile loses nothing.
  close();
  EXPECT_FALSE(fs::exists(blob("7/a")));
  EXPECT_EQ(kind_of(try_open()), ErrorKind::NoSpace) << "the journal cannot be emptied yet";
  disk_.heal();
  EXPECT_EQ(get(store(), "7/a"), bytes);

  disk_.fail(Call::Write, 1, EDQUOT, true);
  ASSERT_TRUE(put(store(), "7/c", bytes));
  wait_until([&] { return !store().health().writable; });
  EXPECT_EQ(get(store(), "7/c"), bytes);
  disk_.heal();
  wait_until([&] { return store().health().writable; });
  ASSERT_TRUE(put(store(), "7/d", bytes));
  close();
  EXPECT_EQ(fs::file_size(blob("7/c")), kSmall);
  EXPECT_EQ(fs::file_size(blob("7/d")), kSmall);
}

TEST_F(LocalStoreTest, IsBusyAndNotFullWhileThereAreNoDescriptorsForFiles) {
  ASSERT_TRUE(put(store(), "6/small", sample_bytes(kSmall)));
  wait_until([&] { return is_filed("6/small"); });
  disk_.fail(Call::CreateFile, 1, EMFILE, true);
  const auto bytes = sample_bytes(kSmall);
  ASSERT_TRUE(put(store(), "7/a", bytes)) << "durable in the journal";
  wait_until([&] { return !store().health().writable; });
  EXPECT_EQ(kind_of(create(store(), "7/b")), ErrorKind::Overloaded);
  EXPECT_EQ(get(store(), "7/a"), bytes);
  disk_.heal();
  wait_until([&] { return store().health().writable; });
  EXPECT_TRUE(put(store(), "7/b", bytes));
}

TEST_F(LocalStoreTest, IsBusyAndNotFullWhileThereIsNoDescriptorForTheJournal) {
  store();
  disk_.fail(Call::CreateFile, 1, EMFILE);
  EXPECT_EQ(kind_of(put(store(), "7/a", sample_bytes(kSmall))), ErrorKind::Overloaded);
  EXPECT_TRUE(put(store(), "7/a", sample_bytes(kSmall)));
}

// Takes every descriptor away between the renaming of a file and the sync of its folder, and lets all folders that the
// store holds open be replaced by others before.
class GreedyDisk final : public FaultyDisk {
 public:
  ~GreedyDisk() override { give_back(); }
  int rename_new(int from_folder, const char* from, int to_folder, const char* to) override {
    const int outcome = FaultyDisk::rename_new(from_folder, from, to_folder, to);
    if (outcome == 0 && meanwhile) std::exchange(meanwhile, nullptr)();
    return outcome;
  }
  void take_all() {
    ::getrlimit(RLIMIT_NOFILE, &limit_);
    const rlimit none{0, limit_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  void give_back() {
    if (limit_.rlim_max > 0) ::setrlimit(RLIMIT_NOFILE, &limit_);
  }
  std::function<void()> meanwhile;

 private:
  rlimit limit_{};
};

TEST_F(LocalStoreTest, StaysWritableWhenThereAreNoDescriptorsForFolders) {
  GreedyDisk disk;
  auto opened = LocalStore::open(root(), config_, {.access = Access::Serve, .disk = disk, .crash_hook = {}});
  ASSERT_TRUE(opened);
  Store& store = **opened;
  disk.meanwhile = [&] {
    for (int i = 0; i < 130; ++i)
      EXPECT_TRUE(put(store, "8/" + std::to_string(i) + "/a", sample_bytes(kLarge)));
    disk.take_all();
  };
  const auto made = put(store, "7/2026/a", sample_bytes(kLarge));
  const auto refused = put(store, "9/2026/a", sample_bytes(kLarge));
  disk.give_back();
  EXPECT_TRUE(made);
  EXPECT_EQ(kind_of(refused), ErrorKind::Overloaded);
  EXPECT_TRUE(store.health().writable) << store.health().reason;
  EXPECT_TRUE(put(store, "9/2026/a", sample_bytes(kLarge)));
}

TEST_F(LocalStoreTest, MakesFoldersAgainThatWereRemovedBehindIt) {
  store();
  const auto put_and_count_syncs = [&](const std::string& key) {
    const std::uint64_t before = disk_.count(Call::Sync);
    EXPECT_TRUE(put(store(), key, sample_bytes(kLarge))) << key;
    return disk_.count(Call::Sync) - before;
  };
  const auto with_all_above = put_and_count_syncs("7/2026/10/01/a");
  EXPECT_LT(put_and_count_syncs("7/2026/10/01/b"), with_all_above);
  for (const char* key : {"7/2026/10/01/c", "7/2026/10/02/a"}) {
    fs::remove_all(blob("7"));
    EXPECT_EQ(put_and_count_syncs(key), with_all_above) << key;
  }
  fs::remove_all(blob("7"));
  EXPECT_TRUE(put(store(), "7/2026/11/01/d", sample_bytes(kSmall)));
  wait_until([&] { return is_filed("7/2026/11/01/d"); });
  EXPECT_TRUE(store().health().writable) << store().health().reason;
}

TEST_F(LocalStoreTest, TakesNoMoreRoomAheadThanBytesHaveCome) {
  const auto writer = create(store(), "7/a", 64ull << 20);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(write(**writer, sample_bytes(100'000)));
  ASSERT_EQ(temporaries(), 1u);
  struct ::stat found{};
  const fs::path staged = fs::directory_iterator(root() / "tmp")->path();
  ASSERT_EQ(::stat(staged.c_str(), &found), 0);
  EXPECT_LE(found.st_blocks * 512, 256 * 1024);
}

TEST_F(LocalStoreTest, KeepsTheReserveFreeFromFastUploads) {
  const fs::path mount = folder_.path() / "store";
  fs::create_directory(mount);
  if (::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=40m,mode=0700") != 0) {
    GTEST_SKIP() << "a small tmpfs can only be mounted by root";
  }
  constexpr std::uint64_t kReserve = 16ull << 20;
  constexpr std::uint64_t kJournal = 8ull << 20;  // grows when it is used, whatever is kept back
  config_.min_free = kReserve;
  std::optional<ErrorKind> refusal;
  for (int i = 0; i < 1000 && !refusal; ++i)
    refusal = kind_of(put(store(), "7/k" + std::to_string(i), sample_bytes(i % 2 == 0 ? 50'000 : 500'000)));
  EXPECT_EQ(refusal, ErrorKind::NoSpace);
  close();
  EXPECT_GE(fs::space(mount).available, kReserve - kJournal);
  ::umount(mount.c_str());
}

TEST_F(LocalStoreTest, WaitsNoLongerForABlobThatWasRemoved) {
  ASSERT_TRUE(put(store(), "6/small", sample_bytes(kSmall)));
  wait_until([&] { return is_filed("6/small"); });
  disk_.fail(Call::CreateFile, 1, ENOSPC, true);
  ASSERT_TRUE(put(store(), "7/a", sample_bytes(kSmall)));
  wait_until([&] { return !store().health().writable; });
  ASSERT_TRUE(remove(store(), "7/a"));
  EXPECT_EQ(kind_of(stat(store(), "7/a")), ErrorKind::NotFound);
  wait_until([&] { return store().health().writable; });
  disk_.heal();
  EXPECT_TRUE(put(store(), "7/b", sample_bytes(kSmall)));
  close();
  EXPECT_EQ(list_all(store(), ""), (std::vector<std::string>{"6/small", "7/b"}));
}

TEST_F(LocalStoreTest, GivesNothingHalfVisibleOnAFullMedium) {
  const fs::path mount = folder_.path() / "store";
  fs::create_directory(mount);
  if (::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=16m,mode=0700") != 0) {
    GTEST_SKIP() << "a small tmpfs can only be mounted by root";
  }
  std::vector<std::string> taken;
  std::optional<ErrorKind> refusal;
  for (int i = 0; i < 100 && !refusal; ++i) {
    const std::string key = "7/k" + std::to_string(100 + i);
    refusal = kind_of(put(store(), key, sample_bytes(i % 2 == 0 ? 50'000 : 500'000)));
    if (!refusal) taken.push_back(key);
  }
  EXPECT_EQ(refusal, ErrorKind::NoSpace);
  EXPECT_EQ(temporaries(), 0u);
  EXPECT_EQ(list_all(store(), ""), taken);
  ASSERT_GE(taken.size(), 4u);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(remove(store(), taken[static_cast<std::size_t>(i)]));
  wait_until([&] { return store().health().writable; });
  EXPECT_TRUE(put(store(), "8/again", sample_bytes(500'000)));
  close();
  EXPECT_EQ(list_all(store(), "")->size(), taken.size() - 3);
  close();
  ::umount(mount.c_str());
}

// Promise: whatever call fails, what was acknowledged is there, what was not is whole or not there, nothing is left
// over, and once the medium works again so does the store.
TEST_F(LocalStoreTest, LosesNothingWhicheverCallFails) {
  struct Step {
    std::string key;
    std::size_t size;
  };
  const Step steps[] = {{"7/d/a", kSmall}, {"7/d/b", kLarge}, {"7/e/c", 0}, {"8/d", 70'000}};
  for (const int error_number : {EIO, ENOSPC, EMFILE}) {
    bool has_failed = true;
    for (std::uint64_t n = 1; has_failed; ++n) {
      SCOPED_TRACE(std::to_string(n) + ". call fails with " + std::to_string(error_number));
      close();
      fs::remove_all(root());
      store();
      disk_.fail_any(n, error_number);
      std::vector<std::string> taken;
      for (const Step& step : steps) {
        if (put(store(), step.key, sample_bytes(step.size))) taken.push_back(step.key);
      }
      const bool is_removed = remove(store(), "7/d/a").has_value();
      close();
      has_failed = disk_.any_has_failed();
      disk_.heal();
      for (const Step& step : steps) {
        const auto read = get(store(), step.key);
        const bool must_be_there = std::ranges::count(taken, step.key) > 0 && step.key != "7/d/a";
        if (must_be_there || read) EXPECT_EQ(read, sample_bytes(step.size)) << step.key;
      }
      if (is_removed) EXPECT_EQ(kind_of(stat(store(), "7/d/a")), ErrorKind::NotFound);
      EXPECT_EQ(temporaries(), 0u);
      EXPECT_TRUE(put(store(), "9/retry", sample_bytes(kSmall)));
      EXPECT_TRUE(put(store(), "9/retry_large", sample_bytes(kLarge)));
      ASSERT_LT(n, 500u);
    }
  }
}

}  // namespace
}  // namespace holdall::blob::local

namespace holdall::blob::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Local, StoreConformance, local::LocalWorld);
}  // namespace holdall::blob::testing
