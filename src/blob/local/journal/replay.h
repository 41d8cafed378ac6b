#pragma once
// What happens to the journal at the start: the blobs it speaks of are made whole files again where a crash left them
// missing or half written, removals are repeated, everything is made durable and the segments are wiped. Blocking,
// before anything else touches the store. May be interrupted anywhere and done again.
#include <memory>
#include <vector>

#include "blob/local/journal/segment.h"
#include "blob/local/parents.h"

namespace holdall::blob::local {

struct Replay {
  std::vector<std::unique_ptr<Segment>> segments;  ///< of the wanted size, empty, ready for use
  std::size_t blobs = 0;                           ///< the journal spoke of
  std::size_t restored = 0;                        ///< files made again
  std::size_t removed = 0;                         ///< files of removed blobs that were still there
  std::size_t damaged = 0;                         ///< neither file nor payload are right
};

/// Segments of another size than `segment_size` are used no more and deleted after their replay.
Result<Replay> replay_journal(Medium& medium, Parents& parents, std::uint64_t segment_size);

}  // namespace holdall::blob::local
