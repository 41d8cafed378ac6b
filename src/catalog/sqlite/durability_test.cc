// What the file still holds after the disk or the process has failed.
#include <array>
#include <cstdint>
#include <fstream>
#include <random>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "catalog/sqlite/testing/faulty_disk.h"
#include "catalog/sqlite/testing/folder.h"
#include "catalog/sqlite/testing/rows.h"

namespace holdall::catalog::sqlite {
namespace {

using testing::add;
using testing::FaultyDisk;
using testing::file;
using testing::find;
using testing::findings;
using testing::Folder;
using testing::kAnna;
using testing::must;

std::unique_ptr<Catalog> open(const Folder& folder, std::size_t checkpoint_pages = 2000) {
  return must(SqliteCatalog::open({.folder = folder.path(), .checkpoint_pages = checkpoint_pages}, system_clock()));
}

TEST(SqliteDurability, AnAcknowledgedRowOutlivesALossOfPower) {
  const Folder folder;
  FaultyDisk disk;
  disk.watch(folder.path());
  auto catalog = open(folder, 20);  // moves the WAL into the file every few rows
  std::vector<AttachmentId> acknowledged;
  for (int i = 0; i < 40; ++i) {
    acknowledged.push_back(must(add(*catalog, "key " + std::to_string(i))).id);
    const Folder after;
    disk.lose_power(after.path());
    const auto reopened = open(after);
    for (const AttachmentId id : acknowledged) {
      const auto row = find(*reopened, id);
      ASSERT_TRUE(row.has_value()) << "row " << id.value << " of " << i + 1 << ": " << describe(row.error());
    }
    ASSERT_TRUE(findings(*reopened).empty());
  }
}

TEST(SqliteDurability, ACommitIsOneSync) {
  const Folder folder;
  FaultyDisk disk;
  const auto catalog = open(folder);
  must(add(*catalog, "warm up"));
  const int before = disk.syncs();
  must(add(*catalog, "one"));
  EXPECT_EQ(disk.syncs(), before + 1);
}

TEST(SqliteDurability, AFailedSyncStopsWritesUntilTheNextStartAndReadsGoOn) {
  const Folder folder;
  FaultyDisk disk;
  auto catalog = open(folder);
  const Context context;
  const AttachmentId kept = must(add(*catalog, "kept")).id;
  disk.fail_syncs(true);
  const auto lost = add(*catalog, "lost");
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().kind, ErrorKind::Unavailable) << describe(lost.error());
  disk.fail_syncs(false);
  const auto refused = add(*catalog, "refused");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(refused.error().code, "catalog-read-only");
  EXPECT_TRUE(find(*catalog, kept).has_value());
  EXPECT_EQ(must(catalog->usage(kAnna, context)), (Usage{10, 1}));
  const auto ping = io::sync_wait(catalog->ping(context));
  ASSERT_FALSE(ping.has_value());
  EXPECT_EQ(ping.error().kind, ErrorKind::Unavailable);

  catalog.reset();
  catalog = open(folder);
  EXPECT_TRUE(find(*catalog, kept).has_value());
  EXPECT_TRUE(add(*catalog, "after").has_value());
  EXPECT_TRUE(findings(*catalog).empty());
}

TEST(SqliteDurability, AFullDiskRefusesAndRecovers) {
  const Folder folder;
  FaultyDisk disk;
  const auto catalog = open(folder);
  const Context context;
  const AttachmentId kept = must(add(*catalog, "kept")).id;
  disk.fill_up(true);
  for (int i = 0; i < 3; ++i) {
    const auto refused = add(*catalog, "refused");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::NoSpace) << describe(refused.error());
  }
  EXPECT_TRUE(find(*catalog, kept).has_value());
  disk.fill_up(false);
  EXPECT_TRUE(add(*catalog, "refused").has_value()) << "nothing of the refused one was left behind";
  EXPECT_EQ(must(catalog->usage(kAnna, context)), (Usage{20, 2}));
  EXPECT_TRUE(findings(*catalog).empty());
}

/// A file system of two megabytes; needs to be root.
class SmallDisk {
 public:
  bool mount() {
    is_mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=2m") == 0;
    return is_mounted_;
  }
  ~SmallDisk() {
    if (is_mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
  bool is_mounted_ = false;
};

TEST(SqliteDurability, ARealFullDiskRefusesAndRecovers) {
  SmallDisk disk;
  if (!disk.mount()) GTEST_SKIP() << "mounting a small tmpfs needs root";
  auto catalog = open(disk.folder(), 100);
  const std::filesystem::path ballast = disk.folder().path() / "ballast";
  std::ofstream(ballast) << std::string(400'000, 'x');
  std::vector<AttachmentId> acknowledged;
  std::optional<Error> error;
  for (int i = 0; i < 20'000 && !error; ++i) {
    auto added = add(*catalog, "key " + std::to_string(i));
    if (added) {
      acknowledged.push_back(added->id);
    } else {
      error = added.error();
    }
  }
  ASSERT_TRUE(error.has_value()) << "the disk never filled up";
  EXPECT_EQ(error->kind, ErrorKind::NoSpace) << describe(*error);
  EXPECT_TRUE(find(*catalog, acknowledged.back()).has_value()) << "reads go on";
  std::filesystem::remove(ballast);
  EXPECT_TRUE(add(*catalog, "after").has_value());
  catalog.reset();
  catalog = open(disk.folder());
  for (const AttachmentId id : acknowledged)
    ASSERT_TRUE(find(*catalog, id).has_value());
  EXPECT_TRUE(findings(*catalog).empty());
}

io::Task<void> add_for_ever(Catalog& catalog, std::string prefix, int acknowledgements) {
  const Context context;
  for (int i = 0;; ++i) {
    const std::string key = prefix + std::to_string(i);
    auto added = co_await catalog.add(kAnna, testing::one(file(key)), {}, std::nullopt, context);
    if (!added) ::_exit(2);
    // Shorter than PIPE_BUF: written as a whole or not at all.
    std::array<char, 64> line{};
    std::snprintf(line.data(), line.size(), "%lld %s", static_cast<long long>(added->attachments[0].id.value),
                  key.c_str());
    if (::write(acknowledgements, line.data(), line.size()) < 0) ::_exit(3);
  }
}

[[noreturn]] void add_until_killed(const Folder& folder, int round, int acknowledgements) {
  const auto catalog = open(folder, 50);
  boost::asio::io_context context(1);
  for (int caller = 0; caller < 8; ++caller) {
    const std::string prefix = std::to_string(round) + "/" + std::to_string(caller) + "/";
    boost::asio::co_spawn(context, add_for_ever(*catalog, prefix, acknowledgements),
                          [](const std::exception_ptr&) { ::_exit(4); });
  }
  context.run();
  ::_exit(5);
}

/// Lets a process add rows, kills it after a while, and answers what it had acknowledged: ids and keys.
std::vector<std::pair<std::int64_t, std::string>> add_and_kill(const Folder& folder, int round, int lines_to_wait_for) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  const pid_t child = ::fork();
  if (child == 0) add_until_killed(folder, round, ends[1]);
  ::close(ends[1]);
  std::vector<std::pair<std::int64_t, std::string>> acknowledged;
  std::array<char, 64> line{};
  while (::read(ends[0], line.data(), line.size()) == std::ssize(line)) {
    char* key = nullptr;
    const std::int64_t id = std::strtoll(line.data(), &key, 10);
    acknowledged.emplace_back(id, key + 1);
    if (std::ssize(acknowledged) == lines_to_wait_for) ::kill(child, SIGKILL);  // what is in the pipe still counts
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
  return acknowledged;
}

TEST(SqliteDurability, AcknowledgedRowsOutliveKilledProcesses) {
  const Folder folder;
  std::mt19937_64 random(20261122);
  std::vector<std::pair<std::int64_t, std::string>> acknowledged;
  for (int round = 0; round < 12; ++round) {
    const auto lines = static_cast<int>(1 + random() % 100);
    for (auto& entry : add_and_kill(folder, round, lines))
      acknowledged.push_back(std::move(entry));
    const auto catalog = open(folder);
    for (const auto& [id, key] : acknowledged) {
      const auto row = find(*catalog, AttachmentId{id});
      ASSERT_TRUE(row.has_value()) << "round " << round << ": " << key << " was acknowledged and is gone";
      ASSERT_EQ(row->blob.key, key);
    }
    ASSERT_TRUE(findings(*catalog).empty()) << findings(*catalog).front();
  }
  EXPECT_GT(acknowledged.size(), 100U);
}

}  // namespace
}  // namespace holdall::catalog::sqlite
