#include "blob/local/journal/replay.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/random.h"
#include "blob/local/file_stat.h"
#include "blob/local/journal/segment_reader.h"
#include "blob/local/layout.h"

namespace holdall::blob::local {
namespace {

constexpr std::size_t kNameLength = 25;

std::optional<unsigned> parse_number(std::string_view name) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

/// A segment and what it holds.
struct Loaded {
  std::unique_ptr<Segment> segment;
  SegmentContents contents;
};

Result<std::vector<Loaded>> load_segments(Medium& medium) {
  std::vector<Loaded> loaded;
  HOLDALL_TRY(const auto names, names_in(medium.journal()));
  for (const std::string& name : names) {
    const auto number = parse_number(name);
    if (!number) {
      // A segment that was never finished; anything else is not ours to touch.
      if (name.ends_with(".new")) static_cast<void>(medium.disk().unlink(medium.journal().get(), name.c_str()));
      continue;
    }
    HOLDALL_TRY(auto segment, Segment::open(medium, *number));
    HOLDALL_TRY(auto contents, read_segment(*segment));
    loaded.push_back({std::move(segment), std::move(contents)});
  }
  std::ranges::sort(loaded, {}, [](const Loaded& one) { return one.contents.life.sequence; });
  return loaded;
}

class Restoration {
 public:
  Restoration(Medium& medium, Parents& parents, Replay& report) : medium_(medium), parents_(parents), report_(report) {}

  Result<void> apply(const StoredRecord& stored, const Segment& segment) {
    if (stored.record.kind == RecordKind::Tombstone) return remove(stored.record.key);
    ++report_.blobs;
    HOLDALL_TRY(const bool is_whole, has_whole_file(stored.record));
    if (is_whole) return {};
    HOLDALL_TRY(const auto payload, read_payload(segment, stored));
    if (sha256(payload) != stored.record.sha256) {
      // The last frame before a crash may be torn: nobody was told of its blobs.
      ++report_.damaged;
      spdlog::warn("blob: {} in the journal is torn or damaged and was left out", stored.record.key);
      return {};
    }
    return restore(stored.record.key, payload);
  }

 private:
  Result<void> remove(const std::string& key);
  Result<bool> has_whole_file(const Record& record);
  Result<void> restore(const std::string& key, std::span<const std::byte> bytes);

  Medium& medium_;
  Parents& parents_;
  Replay& report_;
};

Result<void> Restoration::remove(const std::string& key) {
  const auto folder = parents_.open(std::string(parent_of(key)));
  if (!folder && (folder.error() == ENOENT || folder.error() == ENOTDIR)) return {};
  if (!folder) return fail(Medium::write_error(folder.error(), "open the folder of blobs/" + key));
  const std::string name(name_within(key));
  if (medium_.disk().unlink((*folder)->get(), name.c_str()) == 0) {
    ++report_.removed;
  } else if (errno != ENOENT && errno != EISDIR) {
    return fail(Medium::write_error(errno, "remove blobs/" + key));
  }
  return {};
}

Result<bool> Restoration::has_whole_file(const Record& record) {
  const auto file = medium_.blobs().open(record.key, O_RDONLY | O_NONBLOCK);
  if (!file) return false;
  const auto found = stat_open_file(file->get());
  if (!found || found->size != record.size) return false;
  // After a failed sync the page cache may hold bytes the medium does not have: let go of them and ask the medium.
  ::posix_fadvise(file->get(), 0, 0, POSIX_FADV_DONTNEED);
  std::vector<std::byte> bytes(record.size);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::pread(file->get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return sha256(bytes) == record.sha256;
}

Result<void> Restoration::restore(const std::string& key, std::span<const std::byte> bytes) {
  const std::string temporary = random_name(kNameLength);
  const Descriptor file(medium_.disk().create_file(medium_.tmp().get(), temporary.c_str()));
  if (!file.is_open()) return fail(Medium::write_error(errno, "create tmp/" + temporary));
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = medium_.disk().write(file.get(), bytes.subspan(done), done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Medium::write_error(count == 0 ? ENOSPC : errno, "write tmp/" + temporary));
    done += static_cast<std::size_t>(count);
  }
  const auto folder = parents_.open_or_make(std::string(parent_of(key)));
  if (!folder) return fail(Medium::write_error(folder.error(), "make the folder of blobs/" + key));
  const std::string name(name_within(key));
  if (medium_.disk().rename_over(medium_.tmp().get(), temporary.c_str(), (*folder)->get(), name.c_str()) != 0) {
    return fail(Medium::write_error(errno, "rename to blobs/" + key));
  }
  ++report_.restored;
  medium_.pass(CrashPoint::ReplayFileRestored);
  return {};
}

// The last word about each key counts: a blob may be followed by its tombstone in the same or a later segment.
Result<void> apply_all(Medium& medium, Parents& parents, const std::vector<Loaded>& loaded, Replay& report) {
  struct LastWord {
    const StoredRecord* stored;
    const Segment* segment;
  };
  std::map<std::string_view, LastWord> last_words;
  for (const Loaded& one : loaded) {
    for (const StoredRecord& stored : one.contents.records)
      last_words[stored.record.key] = {&stored, one.segment.get()};
  }
  Restoration restoration(medium, parents, report);
  for (const auto& [key, last] : last_words)
    HOLDALL_TRY_VOID(restoration.apply(*last.stored, *last.segment));
  if (last_words.empty()) return {};
  if (medium.disk().sync_file_system(medium.root().get()) != 0) return fail(medium.sync_error(errno, "syncfs"));
  medium.pass(CrashPoint::ReplaySynced);
  return {};
}

}  // namespace

Result<Replay> replay_journal(Medium& medium, Parents& parents, std::uint64_t segment_size) {
  Replay report;
  HOLDALL_TRY(auto loaded, load_segments(medium));
  HOLDALL_TRY_VOID(apply_all(medium, parents, loaded, report));
  for (Loaded& one : loaded) {
    // Oldest first, as in SegmentRing, and for the same reason.
    if (!one.contents.records.empty()) HOLDALL_TRY_VOID(one.segment->retire());
    if (one.segment->capacity() == segment_size) {
      report.segments.push_back(std::move(one.segment));
    } else {
      static_cast<void>(medium.disk().unlink(medium.journal().get(), std::to_string(one.segment->number()).c_str()));
    }
  }
  if (report.blobs + report.removed > 0) {
    spdlog::info("blob: the journal spoke of {} blobs; {} files made again, {} removed, {} left out", report.blobs,
                 report.restored, report.removed, report.damaged);
  }
  return report;
}

}  // namespace holdall::blob::local
