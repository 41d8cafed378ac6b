#pragma once
// Named places where a test ends the process as kill -9 would, to prove that nothing acknowledged is lost there.
// Compiled in always, so that the program tested is the program shipped; without a hook they cost one comparison.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace holdall::blob::local {

enum class CrashPoint : std::uint8_t {
  StagedCreated,       ///< a temporary file exists, empty
  StagedWritten,       ///< a piece was written to it
  StagedSynced,        ///< it is durable under its temporary name
  StagedRenamed,       ///< it has its final name; the folder is not synced
  StagedDurable,       ///< the folder is synced; nobody was answered
  FrameWritten,        ///< a journal frame was written, not synced
  FrameSynced,         ///< it is durable; nobody was answered
  FileCreated,         ///< a blob of the journal has its file, still empty
  FileWritten,         ///< the file is whole; the journal still counts on memory
  SegmentSynced,       ///< all files of a segment are durable; the segment is still alive
  SegmentRetired,      ///< the segment is empty again
  TombstoneSynced,     ///< a removal is durable; the file is still there
  FileRemoved,         ///< the file is gone; nobody was answered
  ReplayFileRestored,  ///< at start, one file was made again from the journal
  ReplaySynced,        ///< at start, all of them are durable; the segments are still alive
};

/// Every point, for tests that walk through them.
std::span<const CrashPoint> all_crash_points();

std::string_view name_of(CrashPoint point);  ///< "frame-synced"
std::optional<CrashPoint> parse_crash_point(std::string_view name);

/// Called at each point from any thread of the store; empty means nothing happens.
using CrashHook = std::function<void(CrashPoint)>;

/// Ends the process (_exit(137), nothing flushed) when `point` is passed for the n-th time.
CrashHook exit_at(CrashPoint point, unsigned n = 1);

/// For HOLDALL_TEST_CRASH_AT: "frame-synced" or "frame-synced:3" (the third time). Nothing for anything else.
std::optional<CrashHook> parse_crash_hook(std::string_view text);

}  // namespace holdall::blob::local
