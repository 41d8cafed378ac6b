#include "blob/local/crash_point.h"

#include <array>
#include <atomic>
#include <charconv>
#include <memory>

#include <unistd.h>

namespace holdall::blob::local {
namespace {

struct NamedPoint {
  CrashPoint point;
  std::string_view name;
};

constexpr NamedPoint kNames[] = {
    {CrashPoint::StagedCreated, "staged-created"},   {CrashPoint::StagedWritten, "staged-written"},
    {CrashPoint::StagedSynced, "staged-synced"},     {CrashPoint::StagedRenamed, "staged-renamed"},
    {CrashPoint::StagedDurable, "staged-durable"},   {CrashPoint::FrameWritten, "frame-written"},
    {CrashPoint::FrameSynced, "frame-synced"},       {CrashPoint::FileCreated, "file-created"},
    {CrashPoint::FileWritten, "file-written"},       {CrashPoint::SegmentSynced, "segment-synced"},
    {CrashPoint::SegmentRetired, "segment-retired"}, {CrashPoint::TombstoneSynced, "tombstone-synced"},
    {CrashPoint::FileRemoved, "file-removed"},       {CrashPoint::ReplayFileRestored, "replay-file-restored"},
    {CrashPoint::ReplaySynced, "replay-synced"},
};

// What a shell reports for a process that was killed: 128 + SIGKILL.
constexpr int kKilled = 137;

}  // namespace

std::span<const CrashPoint> all_crash_points() {
  static const auto points = [] {
    std::array<CrashPoint, std::size(kNames)> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = kNames[i].point;
    return all;
  }();
  return points;
}

std::string_view name_of(CrashPoint point) {
  for (const NamedPoint& named : kNames) {
    if (named.point == point) return named.name;
  }
  return "unknown";
}

std::optional<CrashPoint> parse_crash_point(std::string_view name) {
  for (const NamedPoint& named : kNames) {
    if (named.name == name) return named.point;
  }
  return std::nullopt;
}

CrashHook exit_at(CrashPoint point, unsigned n) {
  // Shared, because std::function copies what it holds.
  auto left = std::make_shared<std::atomic<unsigned>>(n);
  return [point, left](CrashPoint passed) {
    if (passed == point && left->fetch_sub(1) == 1) ::_exit(kKilled);
  };
}

std::optional<CrashHook> parse_crash_hook(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto point = parse_crash_point(text.substr(0, colon));
  if (!point) return std::nullopt;
  if (colon == std::string_view::npos) return exit_at(*point);
  const std::string_view count = text.substr(colon + 1);
  unsigned n = 0;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), n);
  if (error != std::errc() || end != count.data() + count.size() || n == 0) return std::nullopt;
  return exit_at(*point, n);
}

}  // namespace holdall::blob::local
