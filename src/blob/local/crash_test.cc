// The process is killed at every named point, in the middle of a stream of uploads and removals; then the folder is
// opened again and compared with the ledger of what was acknowledged.
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob/local/local_store.h"
#include "blob/testing/store_access.h"
#include "blob/testing/temporary_folder.h"

namespace holdall::blob::local {
namespace {

namespace fs = std::filesystem;
using blob::testing::sample_bytes;

constexpr std::size_t kSmall = 3000;
constexpr std::size_t kLarge = 200'000;
constexpr int kKilled = 137;

Config config() { return {.min_free = 0, .threads = 2, .journal_size = 1}; }

std::unique_ptr<Store> open_store(const fs::path& root, CrashHook hook = {}) {
  auto opened = LocalStore::open(root, config(), {.access = Access::Serve, .crash_hook = std::move(hook)});
  if (!opened) throw std::runtime_error(describe(opened.error()));
  return std::move(*opened);
}

/// What a client knows of each key. Lines of a pipe, so that they outlive the process: "+key" put acknowledged,
/// "?key" removal asked for, "-key" removal acknowledged.
struct Ledger {
  enum class Fate : std::uint8_t { Unknown, Present, Leaving, Gone };
  std::map<std::string, Fate> fates;

  void note(const std::string& line) {
    const Fate fate = line[0] == '+' ? Fate::Present : line[0] == '?' ? Fate::Leaving : Fate::Gone;
    fates[line.substr(1)] = fate;
  }
};

std::size_t size_of(const std::string& key) { return key.find("large") == std::string::npos ? kSmall : kLarge; }

class Child {
 public:
  /// Runs `scenario(report)` in a process of its own; `report` writes a line to the ledger.
  template <class Scenario>
  explicit Child(Scenario scenario) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      scenario([out = ends[1]](const std::string& line) {
        const std::string text = line + "\n";
        if (::write(out, text.data(), text.size()) != std::ssize(text)) ::_exit(1);
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    read_ledger(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int exit_code = -1;
  Ledger ledger;

 private:
  void read_ledger(int in) {
    std::string text;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::read(in, buffer, sizeof buffer)) > 0)
      text.append(buffer, static_cast<std::size_t>(count));
    ::close(in);
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      ledger.note(text.substr(at, end - at));
    }
  }
};

template <class Report>
void put_and_report(Store& store, const std::string& key, Report& report) {
  if (blob::testing::put(store, key, sample_bytes(size_of(key)))) report("+" + key);
}

template <class Report>
void remove_and_report(Store& store, const std::string& key, Report& report) {
  report("?" + key);
  if (blob::testing::remove(store, key)) report("-" + key);
}

// Touches every point of a running store but those of the checkpoint.
template <class Report>
void put_and_remove(Store& store, Report report) {
  for (int round = 0; round < 3; ++round) {
    const std::string folder = "7/" + std::to_string(round) + "/";
    put_and_report(store, folder + "a", report);
    put_and_report(store, folder + "large_b", report);
    put_and_report(store, folder + "c", report);
    remove_and_report(store, folder + "a", report);
    remove_and_report(store, folder + "large_b", report);
    put_and_report(store, folder + "d", report);
  }
}

// Fills the journal until segments are used again.
template <class Report>
void put_many(Store& store, Report report) {
  for (int i = 0; i < 3000; ++i)
    put_and_report(store, "7/" + std::to_string(i % 5) + "/k" + std::to_string(i), report);
}

void expect_kept(const fs::path& root, const Ledger& ledger) {
  const auto store = open_store(root);
  const auto listed = blob::testing::list_all(*store, "");
  ASSERT_TRUE(listed);
  for (const auto& [key, fate] : ledger.fates) {
    const auto read = blob::testing::get(*store, key);
    if (fate == Ledger::Fate::Present) EXPECT_EQ(read, sample_bytes(size_of(key))) << key << " was acknowledged";
    if (fate == Ledger::Fate::Gone) EXPECT_FALSE(read) << key << " was removed";
  }
  // Whatever else is seen, one that was not acknowledged or was being removed, is whole.
  for (const std::string& key : *listed) {
    EXPECT_EQ(blob::testing::get(*store, key), sample_bytes(size_of(key))) << key << " is listed";
  }
  EXPECT_TRUE(fs::is_empty(root / "tmp"));
  EXPECT_TRUE(blob::testing::put(*store, "9/after", sample_bytes(kSmall)));
}

// What a loss of power adds to a kill: files nobody synced come back empty, short, or not at all. Small blobs are such
// as long as no checkpoint has passed.
void lose_unsynced_files(const fs::path& root) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / "blobs")) {
    if (entry.is_regular_file() && entry.path().filename().string().find("large") == std::string::npos) {
      files.push_back(entry.path());
    }
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i % 3 == 0) fs::remove(files[i]);
    if (i % 3 == 1) fs::resize_file(files[i], 0);
    if (i % 3 == 2) fs::resize_file(files[i], kSmall / 2);
  }
}

class Crash : public ::testing::TestWithParam<CrashPoint> {};

TEST_P(Crash, LosesNothingAcknowledged) {
  bool is_reached = false;
  for (unsigned n = 1; n <= 8; ++n) {
    SCOPED_TRACE("time " + std::to_string(n));
    const blob::testing::TemporaryFolder folder;
    const fs::path root = folder.path() / "store";
    const Child child([&](auto report) {
      const auto store = open_store(root, exit_at(GetParam(), n));
      put_and_remove(*store, report);
    });
    ASSERT_TRUE(child.exit_code == kKilled || child.exit_code == 0) << child.exit_code;
    if (child.exit_code == 0) break;
    is_reached = true;
    if (n % 2 == 0) lose_unsynced_files(root);
    expect_kept(root, child.ledger);
  }
  EXPECT_TRUE(is_reached) << name_of(GetParam()) << " was never passed";
}

INSTANTIATE_TEST_SUITE_P(Running, Crash,
                         ::testing::Values(CrashPoint::StagedCreated, CrashPoint::StagedWritten,
                                           CrashPoint::StagedSynced, CrashPoint::StagedRenamed,
                                           CrashPoint::StagedDurable, CrashPoint::FrameWritten, CrashPoint::FrameSynced,
                                           CrashPoint::FileCreated, CrashPoint::FileWritten,
                                           CrashPoint::TombstoneSynced, CrashPoint::FileRemoved),
                         [](const auto& info) {
                           std::string name(name_of(info.param));
                           std::erase(name, '-');
                           return name;
                         });

class CheckpointCrash : public ::testing::TestWithParam<CrashPoint> {};

TEST_P(CheckpointCrash, LosesNothingAcknowledged) {
  for (const unsigned n : {1u, 2u}) {
    SCOPED_TRACE("time " + std::to_string(n));
    const blob::testing::TemporaryFolder folder;
    const fs::path root = folder.path() / "store";
    const Child child([&](auto report) {
      const auto store = open_store(root, exit_at(GetParam(), n));
      put_many(*store, report);
    });
    ASSERT_EQ(child.exit_code, kKilled);
    expect_kept(root, child.ledger);
  }
}

INSTANTIATE_TEST_SUITE_P(Checkpoint, CheckpointCrash,
                         ::testing::Values(CrashPoint::SegmentSynced, CrashPoint::SegmentRetired),
                         [](const auto& info) {
                           std::string name(name_of(info.param));
                           std::erase(name, '-');
                           return name;
                         });

class ReplayCrash : public ::testing::TestWithParam<CrashPoint> {};

// A start that is killed as well, and the one after it too.
TEST_P(ReplayCrash, LosesNothingAcknowledged) {
  const blob::testing::TemporaryFolder folder;
  const fs::path root = folder.path() / "store";
  const Child first([&](auto report) {
    const auto store = open_store(root);
    put_and_remove(*store, report);
    ::_exit(kKilled);
  });
  ASSERT_EQ(first.exit_code, kKilled);
  for (const unsigned n : {2u, 1u}) {
    lose_unsynced_files(root);
    const Child second([&](auto) { open_store(root, exit_at(GetParam(), n)); });
    ASSERT_TRUE(second.exit_code == kKilled || GetParam() == CrashPoint::ReplaySynced) << second.exit_code;
    if (second.exit_code == 0) break;
  }
  expect_kept(root, first.ledger);
}

INSTANTIATE_TEST_SUITE_P(Replay, ReplayCrash,
                         ::testing::Values(CrashPoint::ReplayFileRestored, CrashPoint::ReplaySynced),
                         [](const auto& info) {
                           std::string name(name_of(info.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST(CrashPoints, AreNamedForTheEnvironment) {
  std::set<std::string_view> names;
  for (const CrashPoint point : all_crash_points()) {
    names.insert(name_of(point));
    EXPECT_EQ(parse_crash_point(name_of(point)), point);
  }
  EXPECT_EQ(names.size(), 15u);
  EXPECT_FALSE(parse_crash_point("somewhere"));
  EXPECT_TRUE(parse_crash_hook("frame-synced"));
  EXPECT_TRUE(parse_crash_hook("frame-synced:3"));
  for (const std::string_view text :
       {"", "frame-synced:", "frame-synced:0", "frame-synced:x", "frame-synced:-1", "x:1"}) {
    EXPECT_FALSE(parse_crash_hook(text)) << text;
  }
}

}  // namespace
}  // namespace holdall::blob::local
