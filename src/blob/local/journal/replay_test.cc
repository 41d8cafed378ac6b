#include "blob/local/journal/replay.h"

#include <fstream>

#include <gtest/gtest.h>

#include "blob/local/layout.h"
#include "blob/testing/store_access.h"
#include "blob/testing/temporary_folder.h"

namespace holdall::blob::local {
namespace {

using blob::testing::sample_bytes;
using Bytes = std::vector<std::byte>;

constexpr std::uint64_t kSegmentSize = 256 * 1024;

/// A store's folder with a journal written by hand, as a crash would leave it.
class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() { open(); }

  void open() {
    lock_ = Descriptor();
    auto layout = open_layout(root(), Access::Serve, kernel_disk());
    if (!layout) throw std::runtime_error(describe(layout.error()));
    lock_ = std::move(layout->lock);
    medium_ = std::make_unique<Medium>(std::move(layout->folders), kernel_disk(), CrashHook());
    parents_ = std::make_unique<Parents>(*medium_);
  }

  std::filesystem::path root() const { return folder_.path() / "store"; }
  std::filesystem::path blob(const std::string& key) const { return root() / "blobs" / key; }

  std::unique_ptr<Segment> segment(unsigned number, std::uint64_t sequence) {
    auto made = Segment::create(*medium_, number, kSegmentSize);
    if (!made) throw std::runtime_error(describe(made.error()));
    (*made)->begin(sequence);
    return std::move(*made);
  }

  static Record record_of(const std::string& key, const Bytes& bytes) {
    return {RecordKind::Blob, key, static_cast<std::uint32_t>(bytes.size()), Timestamp(), sha256(bytes)};
  }
  static void append(Segment& segment, const std::string& key, const Bytes& bytes) {
    const Record record = record_of(key, bytes);
    const std::span<const std::byte> payload(bytes);
    ASSERT_TRUE(segment.append({&record, 1}, {&payload, 1}));
  }
  static void append_tombstone(Segment& segment, const std::string& key) {
    const Record record{RecordKind::Tombstone, key, 0, Timestamp(), {}};
    ASSERT_TRUE(segment.append({&record, 1}, {}));
  }

  void write_file(const std::string& key, const Bytes& bytes) {
    std::filesystem::create_directories(blob(key).parent_path());
    std::ofstream(blob(key), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  Bytes read_file(const std::string& key) {
    std::ifstream file(blob(key), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }

  // Damages bytes of a segment's file.
  void overwrite(unsigned number, std::uint64_t offset, const Bytes& bytes) {
    std::fstream file(root() / "journal" / std::to_string(number), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  Replay replay() {
    open();
    auto done = replay_journal(*medium_, *parents_, kSegmentSize);
    if (!done) throw std::runtime_error(describe(done.error()));
    return std::move(*done);
  }

  blob::testing::TemporaryFolder folder_;
  Descriptor lock_;
  std::unique_ptr<Medium> medium_;
  std::unique_ptr<Parents> parents_;
};

TEST_F(ReplayTest, HasNothingToDoInANewFolder) {
  const Replay done = replay();
  EXPECT_EQ(done.blobs, 0u);
  EXPECT_TRUE(done.segments.empty());
}

TEST_F(ReplayTest, MakesMissingFilesAgain) {
  const Bytes a = sample_bytes(4096, 1);
  const Bytes b = sample_bytes(10, 2);
  const auto written = segment(0, 1);
  append(*written, "7/2026/11/22/a", a);
  append(*written, "7/2026/11/22/b", b);
  append(*written, "8/empty", {});
  const Replay done = replay();
  EXPECT_EQ(done.blobs, 3u);
  EXPECT_EQ(done.restored, 3u);
  EXPECT_EQ(read_file("7/2026/11/22/a"), a);
  EXPECT_EQ(read_file("7/2026/11/22/b"), b);
  EXPECT_TRUE(std::filesystem::exists(blob("8/empty")));
}

TEST_F(ReplayTest, MakesFilesAgainThatAPowerLossLeftWrong) {
  const Bytes right = sample_bytes(5000);
  Bytes flipped = right;
  flipped[4999] ^= std::byte{1};
  const auto written = segment(0, 1);
  for (const std::string key : {"7/empty", "7/short", "7/flipped", "7/right"})
    append(*written, key, right);
  write_file("7/empty", {});
  write_file("7/short", sample_bytes(100));
  write_file("7/flipped", flipped);
  write_file("7/right", right);
  const Replay done = replay();
  EXPECT_EQ(done.blobs, 4u);
  EXPECT_EQ(done.restored, 3u);
  for (const std::string key : {"7/empty", "7/short", "7/flipped", "7/right"})
    EXPECT_EQ(read_file(key), right) << key;
}

TEST_F(ReplayTest, DoesNothingTheSecondTime) {
  append(*segment(0, 1), "7/a", sample_bytes(10));
  EXPECT_EQ(replay().restored, 1u);
  std::filesystem::remove(blob("7/a"));
  EXPECT_EQ(replay().blobs, 0u);
  EXPECT_FALSE(std::filesystem::exists(blob("7/a")));
}

TEST_F(ReplayTest, StopsAtATornHead) {
  const auto written = segment(0, 1);
  append(*written, "7/a", sample_bytes(10));
  const std::uint64_t second = written->used();
  append(*written, "7/b", sample_bytes(10));
  append(*written, "7/c", sample_bytes(10));
  overwrite(0, second + 70, Bytes(4, std::byte{0xee}));
  EXPECT_EQ(replay().restored, 1u);
  EXPECT_TRUE(std::filesystem::exists(blob("7/a")));
  EXPECT_FALSE(std::filesystem::exists(blob("7/b")));
  EXPECT_FALSE(std::filesystem::exists(blob("7/c")));
}

TEST_F(ReplayTest, LeavesOutARecordWhosePayloadIsTorn) {
  const Bytes whole = sample_bytes(5000);
  const auto written = segment(0, 1);
  append(*written, "7/a", whole);
  const std::uint64_t second = written->used();
  append(*written, "7/torn", whole);
  overwrite(0, second + 4096, Bytes(904, std::byte{0}));
  const Replay done = replay();
  EXPECT_EQ(done.restored, 1u);
  EXPECT_EQ(done.damaged, 1u);
  EXPECT_EQ(read_file("7/a"), whole);
  EXPECT_FALSE(std::filesystem::exists(blob("7/torn")));
}

TEST_F(ReplayTest, KeepsARightFileWhoseRecordIsTorn) {
  const Bytes whole = sample_bytes(5000);
  append(*segment(0, 1), "7/a", whole);
  overwrite(0, 4096, Bytes(900, std::byte{0}));
  write_file("7/a", whole);
  EXPECT_EQ(replay().damaged, 0u);
  EXPECT_EQ(read_file("7/a"), whole);
}

TEST_F(ReplayTest, TakesNoFrameOfAFormerLife) {
  const auto used_before = segment(0, 1);
  append(*used_before, "7/old_a", sample_bytes(10));
  append(*used_before, "7/old_b", sample_bytes(10));
  append(*used_before, "7/old_c", sample_bytes(10));
  used_before->begin(2);
  append(*used_before, "7/new", sample_bytes(10));  // old_b and old_c still stand behind it
  EXPECT_EQ(replay().blobs, 1u);
  EXPECT_TRUE(std::filesystem::exists(blob("7/new")));
  EXPECT_FALSE(std::filesystem::exists(blob("7/old_b")));
}

// A blob of the former life that is itself a frame, at the very place where the next frame would stand, with the right
// number and sequence: only the random id of the life tells it from a real one.
TEST_F(ReplayTest, TakesNoFrameThatABlobPretendsToBe) {
  const auto forge = [](const Life& life) {
    const Bytes evil = sample_bytes(10);
    const Record forged = record_of("8/forged", evil);
    Bytes frame = encode_head(life, 1, {&forged, 1});
    frame.insert(frame.end(), evil.begin(), evil.end());
    return frame;
  };
  const auto reused = segment(0, 1);
  const Bytes guessed = forge(Life{.id = {}, .sequence = 2});
  constexpr std::size_t kHead = 64 + 56 + 8;  // of a frame with one record and a key of at most eight bytes
  Bytes bytes = sample_bytes(kBlock - kHead);
  bytes.insert(bytes.end(), guessed.begin(), guessed.end());
  append(*reused, "7/evil", bytes);
  reused->begin(2);
  append(*reused, "7/new", sample_bytes(10));
  ASSERT_EQ(reused->used(), kBlock);
  const Life life = reused->life();
  EXPECT_EQ(replay().blobs, 1u);
  EXPECT_FALSE(std::filesystem::exists(blob("8/forged")));

  // The proof that the place is right: with the id it would have passed.
  const auto again = segment(0, 2);
  append(*again, "7/new2", sample_bytes(10));
  overwrite(0, kBlock, forge(again->life()));
  EXPECT_EQ(replay().blobs, 2u);
  EXPECT_TRUE(std::filesystem::exists(blob("8/forged")));
  EXPECT_NE(life, again->life());
}

TEST_F(ReplayTest, TakesNothingFromARetiredSegment) {
  const auto written = segment(0, 1);
  append(*written, "7/a", sample_bytes(10));
  append(*written, "7/b", sample_bytes(10));
  ASSERT_TRUE(written->retire());
  EXPECT_EQ(replay().blobs, 0u);
}

TEST_F(ReplayTest, RemovesWhatWasRemoved) {
  const auto first = segment(0, 1);
  append(*first, "7/a", sample_bytes(10));
  append(*first, "7/b", sample_bytes(10));
  append_tombstone(*first, "7/a");
  const auto second = segment(1, 2);
  append_tombstone(*second, "7/b");
  append_tombstone(*second, "7/c");
  write_file("7/b", sample_bytes(10));
  const Replay done = replay();
  EXPECT_EQ(done.blobs, 0u);
  EXPECT_EQ(done.removed, 1u);
  EXPECT_FALSE(std::filesystem::exists(blob("7/a")));
  EXPECT_FALSE(std::filesystem::exists(blob("7/b")));
}

TEST_F(ReplayTest, GoesByTheSequenceOfSegmentsNotByTheirNumber) {
  append_tombstone(*segment(0, 9), "7/a");
  append(*segment(1, 8), "7/a", sample_bytes(10));
  EXPECT_EQ(replay().restored, 0u);
  EXPECT_FALSE(std::filesystem::exists(blob("7/a")));
}

TEST_F(ReplayTest, DropsSegmentsOfAnotherSizeAfterTheirReplay) {
  {
    auto made = Segment::create(*medium_, 0, kSegmentSize / 2);
    ASSERT_TRUE(made);
    (*made)->begin(1);
    append(**made, "7/a", sample_bytes(10));
  }
  segment(1, 2);
  const Replay done = replay();
  EXPECT_EQ(done.restored, 1u);
  ASSERT_EQ(done.segments.size(), 1u);
  EXPECT_EQ(done.segments[0]->number(), 1u);
  EXPECT_FALSE(std::filesystem::exists(root() / "journal" / "0"));
}

TEST_F(ReplayTest, IgnoresWhatIsNoSegment) {
  std::ofstream(root() / "journal" / "README") << "hello";
  std::ofstream(root() / "journal" / "5") << "short";
  std::ofstream(root() / "journal" / "6.new") << "half";
  EXPECT_EQ(replay().blobs, 0u);
  EXPECT_TRUE(std::filesystem::exists(root() / "journal" / "README"));
  EXPECT_FALSE(std::filesystem::exists(root() / "journal" / "6.new"));
}

}  // namespace
}  // namespace holdall::blob::local
