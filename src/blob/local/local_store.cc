#include "blob/local/local_store.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

#include "blob/errors.h"
#include "blob/local/file_stat.h"
#include "blob/local/hot_blobs.h"
#include "blob/local/journal/replay.h"
#include "blob/local/listing.h"
#include "blob/local/local_reader.h"
#include "blob/local/local_writer.h"
#include "blob/local/memory_reader.h"
#include "blob/local/parts.h"

namespace holdall::blob::local {
namespace {

// Calls that may wait for a thread: beyond that the store is Overloaded.
constexpr std::size_t kMostWaiting = 1024;

// Some hundreds of thumbnails.
constexpr std::size_t kHotBytes = 8 * 1024 * 1024;

bool is_absent(int error_number) { return error_number == ENOENT || error_number == ENOTDIR; }

Error open_error(int error_number, const Key& key) {
  if (is_absent(error_number)) return no_such_blob(key);
  return Medium::read_error(error_number, "open blobs/" + key.text());
}

// Segments of the journal: one is filled, one waits for its checkpoint, two more keep commits going meanwhile.
constexpr unsigned kSegments = 4;

// A frame of the largest batch must fit.
constexpr std::uint64_t kSmallestSegment = 2 * 1024 * 1024;

std::uint64_t segment_size(const Config& config) {
  return std::max(config.journal_size / kSegments / kBlock * kBlock, kSmallestSegment);
}

/// The folder, opened, with nothing of a former process left to do in it.
struct Ground {
  Descriptor lock;
  std::unique_ptr<Medium> medium;
  std::unique_ptr<Parents> parents;
  std::vector<std::unique_ptr<Segment>> segments;
};

Result<Ground> prepare_ground(const std::filesystem::path& root, const Config& config, OpenOptions options) {
  HOLDALL_TRY(Layout layout, open_layout(root, options.access, options.disk));
  Ground ground{.lock = std::move(layout.lock),
                .medium = std::make_unique<Medium>(std::move(layout.folders), options.disk, options.crash_hook),
                .parents = nullptr,
                .segments = {}};
  ground.parents = std::make_unique<Parents>(*ground.medium);
  if (options.access == Access::Inspect) {
    ground.medium->forbid_writes();
    return ground;
  }
  HOLDALL_TRY_VOID(sweep_temporaries(*ground.medium));
  HOLDALL_TRY(Replay replay, replay_journal(*ground.medium, *ground.parents, segment_size(config)));
  ground.segments = std::move(replay.segments);
  return ground;
}

class FolderStore final : public Store {
 public:
  FolderStore(Ground ground, const Config& config)
      : lock_(std::move(ground.lock)),
        medium_(std::move(ground.medium)),
        parents_(std::move(ground.parents)),
        space_(medium_->disk(), medium_->root().get(), config.min_free),
        segments_(*medium_, recent_, {segment_size(config), kSegments}, std::move(ground.segments)),
        pool_("blob", {.threads = config.threads, .queue = kMostWaiting}) {}

  io::Task<Result<std::unique_ptr<Writer>>> create(Key key, WriteOptions options, const Context& context) override;
  io::Task<Result<std::unique_ptr<Reader>>> open(Key key, std::optional<ByteRange> range,
                                                 const Context& context) override;
  io::Task<Result<Stat>> stat(Key key, const Context& context) override;
  io::Task<Result<void>> remove(Key key, const Context& context) override;
  io::Task<Result<ListPage>> list(std::string prefix, std::string cursor, std::size_t limit,
                                  const Context& context) override;
  Health health() const override;
  std::string_view name() const override { return "local"; }

 private:
  /// A blob that is there: in memory, or an open file.
  struct Sighting {
    Stat stat;
    SharedBlob blob;
    Descriptor file;
  };

  io::Task<Result<Sighting>> look_up(const Key& key, int flags);
  io::Task<Result<Descriptor>> open_file(const Key& key, int flags);
  SharedBlob keep_hot(const Key& key, const Sighting& seen, std::uint64_t removals_before);
  Result<void> unlink(const Key& key);

  const Descriptor lock_;
  const std::unique_ptr<Medium> medium_;
  const std::unique_ptr<Parents> parents_;
  Space space_;
  RecentBlobs recent_;
  HotBlobs hot_{kHotBytes};
  // In this order they hand on what they hold; at the end each finishes before the next does.
  SegmentRing segments_;
  Materialiser materialiser_{*medium_, *parents_, recent_, segments_};
  Journal journal_{*medium_, *parents_, recent_, segments_, materialiser_};
  Janitor janitor_;
  io::BlockingPool pool_;
  Parts parts_{*medium_, *parents_, space_, recent_, journal_, janitor_, pool_};
};

io::Task<Result<std::unique_ptr<Writer>>> FolderStore::create(Key key, WriteOptions options, const Context&) {
  HOLDALL_CO_TRY_VOID(medium_->require_writable());
  const std::uint64_t expected = options.expected_size.value_or(0);
  if (space_.is_due() || !space_.has_room(expected)) {
    auto refresh = [&space = space_]() -> Result<void> {
      space.refresh();
      return {};
    };
    HOLDALL_CO_TRY_VOID(co_await pool_.run(refresh));
  }
  HOLDALL_CO_TRY_VOID(space_.require(expected));
  co_return std::make_unique<LocalWriter>(parts_, std::move(key), options);
}

io::Task<Result<Descriptor>> FolderStore::open_file(const Key& key, int flags) {
  auto opened = medium_->blobs().open(key.text(), flags, Waiting::CachedOnly);
  if (opened) co_return std::move(*opened);
  if (opened.error() != EAGAIN && opened.error() != EOPNOTSUPP) co_return fail(open_error(opened.error(), key));
  auto work = [&medium = *medium_, key, flags]() -> Result<Descriptor> {
    auto waited = medium.blobs().open(key.text(), flags);
    if (!waited) return fail(open_error(waited.error(), key));
    return std::move(*waited);
  };
  co_return co_await pool_.run(std::move(work));
}

io::Task<Result<std::unique_ptr<Reader>>> FolderStore::open(Key key, std::optional<ByteRange> range, const Context&) {
  // O_NONBLOCK: a pipe that somebody put there must not hang us; a plain file does not care.
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  SharedBlob hot = hot_.find(key.text());
  Sighting seen;
  if (hot) {
    seen = {.stat = {hot->bytes.size(), hot->written_at}, .blob = std::move(hot), .file = {}};
  } else {
    const std::uint64_t removals = hot_.removals();
    HOLDALL_CO_TRY(seen, co_await look_up(key, kFlags));
    if (!seen.blob && seen.stat.size <= HotBlobs::kLargest) seen.blob = keep_hot(key, seen, removals);
  }
  const std::uint64_t size = seen.stat.size;
  const ByteRange wanted = range.value_or(ByteRange{0, size});
  if (wanted.offset > size || wanted.length > size - wanted.offset) co_return fail(range_beyond_end(key, size));
  if (seen.blob) co_return std::make_unique<MemoryReader>(std::move(seen.blob), wanted);
  co_return std::make_unique<LocalReader>(pool_, std::move(key), std::move(seen.file), size, wanted);
}

/// The bytes of a small file when the page cache has all of them; null otherwise.
SharedBlob FolderStore::keep_hot(const Key& key, const Sighting& seen, std::uint64_t removals_before) {
  auto blob = std::make_shared<SmallBlob>();
  blob->bytes.resize(static_cast<std::size_t>(seen.stat.size));
  blob->written_at = seen.stat.modified_at;
  const auto count = read_cached(seen.file.get(), blob->bytes, 0);
  if (!count || *count != blob->bytes.size()) return nullptr;
  hot_.keep(key.text(), blob, removals_before);
  return blob;
}

io::Task<Result<Stat>> FolderStore::stat(Key key, const Context&) {
  HOLDALL_CO_TRY(const Sighting seen, co_await look_up(key, O_PATH));
  co_return seen.stat;
}

// The order of steps is the one recent_blobs.h asks for.
io::Task<Result<FolderStore::Sighting>> FolderStore::look_up(const Key& key, int flags) {
  auto recent = recent_.find(key.text());
  Result<Descriptor> file;
  if (recent.state == RecentBlobs::State::Unknown) {
    file = co_await open_file(key, flags);
    recent = recent_.find(key.text());
  }
  if (recent.state == RecentBlobs::State::Hidden) co_return fail(no_such_blob(key));
  if (recent.state == RecentBlobs::State::InMemory) {
    const Stat stat{recent.blob->bytes.size(), recent.blob->written_at};
    co_return Sighting{stat, std::move(recent.blob), {}};
  }
  if (!file) co_return fail(std::move(file).error());
  const auto found = stat_open_file(file->get());
  if (!found) co_return fail(open_error(found.error(), key));
  co_return Sighting{*found, nullptr, std::move(*file)};
}

Result<void> FolderStore::unlink(const Key& key) {
  const std::string folder_path(parent_of(key.text()));
  const std::string name(name_within(key.text()));
  const auto folder = parents_->open(folder_path);
  if (!folder && is_absent(folder.error())) return {};
  if (!folder) return fail(Medium::read_error(folder.error(), "open folder blobs/" + folder_path));
  if (medium_->disk().unlink((*folder)->get(), name.c_str()) == 0) {
    medium_->pass(CrashPoint::FileRemoved);
    return {};
  }
  // EISDIR: the key is a folder of other keys, so no blob.
  if (errno == ENOENT || errno == EISDIR) return {};
  return fail(Medium::write_error(errno, "remove blobs/" + key.text()));
}

io::Task<Result<void>> FolderStore::remove(Key key, const Context&) {
  HOLDALL_CO_TRY_VOID(medium_->require_healthy());
  auto removal = Journal::Removal::FileRemains;
  if (recent_.needs_tombstone(key.text())) {
    HOLDALL_CO_TRY(removal, co_await journal_.remove(key));
  }
  if (removal == Journal::Removal::FileRemains) {
    auto work = [this, key] { return unlink(key); };
    HOLDALL_CO_TRY_VOID(co_await pool_.run(std::move(work)));
  }
  hot_.forget(key.text());
  co_return Result<void>();
}

io::Task<Result<ListPage>> FolderStore::list(std::string prefix, std::string cursor, std::size_t limit,
                                             const Context&) {
  if (limit < 1 || limit > kLargestPage) co_return fail(invalid_page("limit " + std::to_string(limit)));
  auto work = [this, prefix = std::move(prefix), cursor = std::move(cursor), limit] {
    return list_page(*medium_, recent_, prefix, cursor, limit);
  };
  co_return co_await pool_.run(std::move(work));
}

Health FolderStore::health() const {
  const auto writable = medium_->require_writable();
  return {.readable = true,
          .writable = writable.has_value(),
          .reason = writable ? "" : writable.error().internal,
          .free_bytes = space_.free_bytes()};
}

}  // namespace

Result<std::unique_ptr<Store>> LocalStore::open(const std::filesystem::path& root, const Config& config,
                                                OpenOptions options) {
  HOLDALL_TRY(Ground ground, prepare_ground(root, config, std::move(options)));
  return std::make_unique<FolderStore>(std::move(ground), config);
}

}  // namespace holdall::blob::local
