#pragma once
// Reads a segment back: everything up to the first frame that is not of its life, not whole, or not there.
#include <vector>

#include "blob/local/journal/segment.h"

namespace holdall::blob::local {

struct StoredRecord {
  Record record;
  std::uint64_t payload_offset = 0;  ///< in the segment
};

struct SegmentContents {
  Life life;
  std::vector<StoredRecord> records;  ///< in the order they were written
};

/// Fails only when the medium cannot be read: what is not a frame is the end. Payloads are not checked here.
Result<SegmentContents> read_segment(const Segment& segment);

Result<std::vector<std::byte>> read_payload(const Segment& segment, const StoredRecord& stored);

}  // namespace holdall::blob::local
