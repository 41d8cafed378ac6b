#pragma once
// The group-commit journal of small blobs: many commits, one write, one sync (the idea of ARIES' log, Mohan et al.
// 1992, with whole blobs as redo records). docs/on-disk-format.md has the format and the argument why it is safe.
//
// One thread takes everything that waits, appends it as one frame and syncs it; then the blobs are durable and their
// callers are answered, each on its own executor. The Materialiser makes files of them behind that.
//
// A removal of a blob the journal still speaks of is written down as a tombstone in the same way, durable before it is
// acknowledged, because a replay would make the blob again.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "blob/key.h"
#include "blob/local/journal/materialiser.h"
#include "blob/local/journal/segment_ring.h"
#include "io/task.h"

namespace holdall::blob::local {

class Journal {
 public:
  Journal(Medium& medium, Parents& parents, RecentBlobs& recent, SegmentRing& segments, Materialiser& materialiser);
  /// Commits what is queued, then ends.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Makes the blob durable and visible under its key. Conflict when its file exists.
  io::Task<Result<void>> commit(Key key, Claim claim, SharedBlob blob);

  enum class Removal : std::uint8_t {
    Complete,    ///< the blob was in memory and is hidden; its file never comes, or goes by itself
    FileRemains  ///< the file, if there is one, is still to be removed
  };
  /// Makes it durable that the blob is removed.
  io::Task<Result<Removal>> remove(Key key);

 private:
  using Answer = std::move_only_function<void(Result<void>)>;
  struct Entry {
    Key key;
    std::optional<Claim> claim;  ///< with a blob
    SharedBlob blob;             ///< null: a tombstone
    Answer answer;
  };
  using Batch = std::vector<Entry>;

  io::Task<Result<void>> submit(Key key, std::optional<Claim> claim, SharedBlob blob);
  void push(Entry entry);
  void work_loop();
  Batch take_batch();
  void refuse_existing(Batch& batch);
  std::optional<Error> find_obstacle(const Key& key);
  Result<std::uint64_t> make_durable(const Batch& batch);
  void publish(Batch& batch, std::uint64_t sequence);
  void refuse_blobs(Batch& batch, const Error& error);
  void refuse(Batch& batch, const Error& error);
  static void answer_error(Entry& entry, Error error);

  Medium& medium_;
  Parents& parents_;
  RecentBlobs& recent_;
  SegmentRing& segments_;
  Materialiser& materialiser_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Entry> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdall::blob::local
