#pragma once
// A small blob in memory: from its commit until it has become a file.
#include <cstddef>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/sha256.h"

namespace holdall::blob::local {

/// Up to here a blob is kept in memory until it is committed, and then goes through the journal; above, it is a file in
/// tmp/ from the start. One sync of a file costs as much as hashing about 200 KiB: much beyond this size it no longer
/// matters, and the journal would only write everything twice.
inline constexpr std::size_t kLargestSmallBlob = 64 * 1024;

struct SmallBlob {
  std::vector<std::byte> bytes;
  Sha256Digest sha256;
  Timestamp written_at;
};

using SharedBlob = std::shared_ptr<const SmallBlob>;

}  // namespace holdall::blob::local
