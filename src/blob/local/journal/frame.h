#pragma once
// The journal's frame as bytes: pure functions, no files. docs/on-disk-format.md has the table of fields.
//
// A frame is one batch: a head (fixed part, then one entry a record), then the payloads of its blobs in the same order,
// then zeros up to a multiple of 4096, so that no later write touches a block that was acknowledged.
//
// Every frame carries the segment's life: 16 random bytes drawn when the segment is used anew. Bytes of former lives
// are blobs chosen by strangers, and the place where the next frame would begin may lie in the middle of them: without
// the life they could pose as a frame.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sha256.h"

namespace holdall::blob::local {

inline constexpr std::uint64_t kBlock = 4096;
inline constexpr std::size_t kFixedHead = 64;
/// Records a frame may hold; also bounds what a reader believes.
inline constexpr std::uint32_t kMostRecords = 256;
inline constexpr std::size_t kLargestEntry = 56 + 200;
inline constexpr std::size_t kLargestHead = kFixedHead + kMostRecords * kLargestEntry;

struct Life {
  std::array<std::byte, 16> id{};
  std::uint64_t sequence = 0;  ///< orders the segments in use
  friend bool operator==(const Life&, const Life&) = default;
};

enum class RecordKind : std::uint8_t { Blob = 1, Tombstone = 2 };

struct Record {
  RecordKind kind = RecordKind::Blob;
  std::string key;
  std::uint32_t size = 0;  ///< of the payload; 0 for a tombstone
  Timestamp written_at;
  Sha256Digest sha256;
};

struct FrameHead {
  Life life;
  std::uint32_t number = 0;  ///< 0 for the first of its segment
  std::uint32_t record_count = 0;
  std::uint32_t head_length = 0;
  std::uint32_t checksum = 0;
  std::uint64_t frame_length = 0;
};

/// The head of a frame; payloads and zeros follow it up to frame_length(head.size(), bytes of payloads).
std::vector<std::byte> encode_head(const Life& life, std::uint32_t number, std::span<const Record> records);
std::uint64_t frame_length(std::uint64_t head_length, std::uint64_t payload_length);

/// The fixed part (kFixedHead bytes); nothing where it cannot be one. Lengths are within their limits afterwards, but
/// nothing is checked against the checksum yet.
std::optional<FrameHead> parse_fixed_head(std::span<const std::byte> bytes);

/// The records of a whole head (head.head_length bytes); nothing unless checksum, keys and lengths all agree.
std::optional<std::vector<Record>> parse_records(const FrameHead& head, std::span<const std::byte> bytes);

}  // namespace holdall::blob::local
