#pragma once
// Makes files of the blobs the journal has made durable: one thread, no sync, the final name at once. The journal
// stands in for the file until a checkpoint.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "blob/local/journal/segment_ring.h"
#include "blob/local/parents.h"

namespace holdall::blob::local {

class Materialiser {
 public:
  struct Work {
    std::string key;
    std::uint64_t sequence;
    std::size_t size;
  };

  Materialiser(Medium& medium, Parents& parents, RecentBlobs& recent, SegmentRing& segments);
  /// Makes the files of what is queued, unless the medium has failed or is full.
  ~Materialiser();
  Materialiser(const Materialiser&) = delete;
  Materialiser& operator=(const Materialiser&) = delete;

  /// Waits until `bytes` more may be held in memory (the journal's thread). Fails as the medium does.
  Result<void> wait_for_room(std::size_t bytes);
  void push(std::vector<Work> work);

 private:
  void work_loop();
  /// False: the medium is full or has failed, the blob stays where it is.
  bool file(const Work& work);
  int write_file(const std::string& key, const SmallBlob& blob);  ///< 0 or errno
  Errno<Descriptor> create_file(const std::string& folder, const std::string& name);
  void remove_file(const std::string& key);
  void unlink(const std::string& key);
  bool wait_and_retry();

  Medium& medium_;
  Parents& parents_;
  RecentBlobs& recent_;
  SegmentRing& segments_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  std::size_t held_ = 0;  ///< bytes in memory, with what each blob costs beside them
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdall::blob::local
