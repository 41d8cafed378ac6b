#pragma once
// The segments of the journal: one is appended to, full ones wait until all their blobs are files, then one syncfs
// makes those durable and the segments are wiped and used again, oldest first. A thread of its own does that.
//
// Order matters: a removal stands in the same or a later segment than the blob it removes, so segments are wiped in the
// order in which they were filled. Otherwise a crash between could bring the blob back.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "blob/local/journal/segment.h"
#include "blob/local/recent_blobs.h"

namespace holdall::blob::local {

class SegmentRing {
 public:
  struct Sizes {
    std::uint64_t segment;
    unsigned count;
  };

  /// `segments`: those that exist, retired. More are made when they are needed, up to `count`.
  SegmentRing(Medium& medium, RecentBlobs& recent, Sizes sizes, std::vector<std::unique_ptr<Segment>> segments);
  /// Wipes what it can, so that the next start has nothing to replay.
  ~SegmentRing();
  SegmentRing(const SegmentRing&) = delete;
  SegmentRing& operator=(const SegmentRing&) = delete;

  /// The segment to append a frame of that many records to (the journal's thread). Waits for one to be wiped when all
  /// are full; NoSpace when there is no room to make files of what they hold, Unavailable when the medium has failed.
  Result<Segment*> acquire(std::uint64_t frame_length, std::size_t records);

  /// So many blobs of the segment just acquired have still to become files.
  void add_unfiled(std::size_t blobs);
  /// One blob of a segment has become a file, or has been removed.
  void note_filed(std::uint64_t sequence);

 private:
  struct Use {
    std::unique_ptr<Segment> segment;
    std::size_t records = 0;
    std::size_t unfiled = 0;
  };
  using Lock = std::unique_lock<std::mutex>;

  void work_loop();
  bool is_checkpoint_due() const;
  bool is_spare_wanted() const;
  void checkpoint(Lock& lock);
  void make_spare(Lock& lock);
  std::vector<std::unique_ptr<Segment>> take_filed();

  Medium& medium_;
  RecentBlobs& recent_;
  const Sizes sizes_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Use active_;
  std::deque<Use> full_;  ///< oldest first
  std::deque<std::unique_ptr<Segment>> free_;
  unsigned made_ = 0;
  unsigned next_number_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::chrono::steady_clock::time_point last_checkpoint_;
  bool is_checkpointing_ = false;     ///< some segments are neither full nor free
  bool is_used_ = false;              ///< nothing is made before the first small blob comes
  std::optional<Error> cannot_make_;  ///< why there is no further segment: no room, no descriptor
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdall::blob::local
