#include "blob/local/journal/segment_ring.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <pthread.h>
#include <spdlog/spdlog.h>

namespace holdall::blob::local {
namespace {

// A start after a crash looks at every file the journal speaks of: 32,768 small ones take about a second.
constexpr std::size_t kMostRecordsPerSegment = 32 * 1024;
// syncfs writes out everything on the file system, also what others wrote: not more often than needed.
constexpr auto kCheckpointInterval = std::chrono::seconds(1);
// How often a waiting commit looks whether the medium has become full or has failed.
constexpr auto kLookInterval = std::chrono::milliseconds(100);

}  // namespace

SegmentRing::SegmentRing(Medium& medium, RecentBlobs& recent, Sizes sizes,
                         std::vector<std::unique_ptr<Segment>> segments)
    : medium_(medium), recent_(recent), sizes_(sizes), made_(static_cast<unsigned>(segments.size())) {
  for (auto& segment : segments) {
    next_number_ = std::max(next_number_, segment->number() + 1);
    free_.push_back(std::move(segment));
  }
  thread_ = std::thread([this] { work_loop(); });
  pthread_setname_np(thread_.native_handle(), "blob-checkpoint");
}

SegmentRing::~SegmentRing() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (active_.segment) full_.push_back(std::move(active_));
    active_ = {};
  }
  changed_.notify_all();
  thread_.join();
}

Result<Segment*> SegmentRing::acquire(std::uint64_t frame_length, std::size_t records) {
  Lock lock(mutex_);
  is_used_ = true;
  const bool fits =
      active_.segment && active_.segment->has_room(frame_length) && active_.records + records <= kMostRecordsPerSegment;
  if (!fits && active_.segment) {
    full_.push_back(std::move(active_));
    active_ = {};
    changed_.notify_all();
  }
  while (!active_.segment) {
    HOLDALL_TRY_VOID(medium_.require_healthy());
    if (!free_.empty()) {
      active_.segment = std::move(free_.front());
      free_.pop_front();
      active_.segment->begin(next_sequence_++);
      changed_.notify_all();
      break;
    }
    // What is full stays full while its blobs find no room for their files.
    HOLDALL_TRY_VOID(medium_.require_writable());
    if (cannot_make_ && full_.empty() && !is_checkpointing_) {
      return fail(*std::exchange(cannot_make_, std::nullopt));  // the next commit tries again
    }
    changed_.notify_all();
    changed_.wait_for(lock, kLookInterval);
  }
  active_.records += records;
  return active_.segment.get();
}

void SegmentRing::add_unfiled(std::size_t blobs) {
  std::lock_guard lock(mutex_);
  active_.unfiled += blobs;
}

void SegmentRing::note_filed(std::uint64_t sequence) {
  std::lock_guard lock(mutex_);
  if (active_.segment && active_.segment->life().sequence == sequence) {
    --active_.unfiled;
    return;
  }
  for (Use& use : full_) {
    if (use.segment->life().sequence == sequence && --use.unfiled == 0) changed_.notify_all();
  }
}

bool SegmentRing::is_checkpoint_due() const {
  if (full_.empty() || full_.front().unfiled > 0 || medium_.has_failed()) return false;
  if (stopping_ || (free_.empty() && (made_ >= sizes_.count || cannot_make_))) return true;
  return std::chrono::steady_clock::now() - last_checkpoint_ >= kCheckpointInterval;
}

bool SegmentRing::is_spare_wanted() const {
  return is_used_ && free_.empty() && made_ < sizes_.count && !cannot_make_ && !medium_.has_failed();
}

void SegmentRing::work_loop() {
  Lock lock(mutex_);
  while (true) {
    if (is_checkpoint_due()) {
      checkpoint(lock);
    } else if (stopping_) {
      return;
    } else if (is_spare_wanted()) {
      make_spare(lock);
    } else if (full_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock, kCheckpointInterval);
    }
  }
}

std::vector<std::unique_ptr<Segment>> SegmentRing::take_filed() {
  std::vector<std::unique_ptr<Segment>> filed;
  while (!full_.empty() && full_.front().unfiled == 0) {
    filed.push_back(std::move(full_.front().segment));
    full_.pop_front();
  }
  return filed;
}

void SegmentRing::checkpoint(Lock& lock) {
  auto filed = take_filed();
  is_checkpointing_ = true;
  lock.unlock();
  Result<void> outcome;
  if (medium_.disk().sync_file_system(medium_.root().get()) != 0) outcome = fail(medium_.sync_error(errno, "syncfs"));
  if (outcome) medium_.pass(CrashPoint::SegmentSynced);
  for (auto& segment : filed) {
    if (outcome) outcome = segment->retire();
    if (!outcome) break;
    recent_.drop_segment(segment->life().sequence);
    medium_.pass(CrashPoint::SegmentRetired);
  }
  if (!outcome) medium_.fail("checkpoint of the journal: " + describe(outcome.error()));
  lock.lock();
  is_checkpointing_ = false;
  // After a failure they are not used again: what they hold is made good at the next start.
  if (outcome) {
    for (auto& segment : filed)
      free_.push_back(std::move(segment));
    cannot_make_.reset();  // the shortage may have passed as well
  }
  last_checkpoint_ = std::chrono::steady_clock::now();
  changed_.notify_all();
}

void SegmentRing::make_spare(Lock& lock) {
  const unsigned number = next_number_;
  lock.unlock();
  auto segment = Segment::create(medium_, number, sizes_.segment);
  if (!segment) spdlog::warn("blob: no further journal segment: {}", describe(segment.error()));
  lock.lock();
  if (segment) {
    free_.push_back(std::move(*segment));
    ++made_;
    ++next_number_;
  } else {
    cannot_make_ = std::move(segment).error();
  }
  changed_.notify_all();
}

}  // namespace holdall::blob::local
