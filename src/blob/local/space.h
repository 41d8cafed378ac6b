#pragma once
// How much room the medium has: asked once a second, and before anything is refused; what was taken in between is
// counted here.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "base/result.h"
#include "blob/local/disk.h"

namespace holdall::blob::local {

/// Any thread.
class Space {
 public:
  /// Room that its owner is about to take from the medium. Lives until that has happened or has failed.
  class Room {
   public:
    Room() = default;
    Room(Room&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), bytes_(other.bytes_) {}
    Room& operator=(Room&& other) noexcept;
    ~Room() { end(); }

   private:
    friend class Space;
    Room(Space& owner, std::uint64_t bytes) : owner_(&owner), bytes_(bytes) {}
    void end();

    Space* owner_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  /// `reserve` bytes are never given away. `folder` and `disk` outlive the object.
  Space(Disk& disk, int folder, std::uint64_t reserve) : disk_(disk), folder_(folder), reserve_(reserve) { refresh(); }

  /// Asks the medium. Blocks (shortly) where that is a network file system.
  void refresh();

  /// True once a second, for one caller: the one that should call refresh().
  bool is_due();

  std::uint64_t free_bytes() const;

  /// Whether `bytes` more leave the reserve alone, by the last answer of the medium and what was taken since.
  bool has_room(std::uint64_t bytes) const;
  Result<void> require(std::uint64_t bytes) const;  ///< NoSpace when not

  std::optional<Room> try_take(std::uint64_t bytes);
  /// NoSpace when they do not fit; asks the medium before it says so, and so may block.
  Result<Room> take(std::uint64_t bytes);

 private:
  bool fits(std::uint64_t bytes) const;
  Failure no_room(std::uint64_t bytes) const;

  Disk& disk_;
  const int folder_;
  const std::uint64_t reserve_;
  std::atomic<std::chrono::steady_clock::rep> next_ = 0;
  std::mutex asking_;  ///< one question at a time
  mutable std::mutex mutex_;
  std::uint64_t free_ = 0;   ///< the last answer
  std::uint64_t taken_ = 0;  ///< by rooms that live: the medium may or may not have counted it
  std::uint64_t used_ = 0;   ///< by rooms that ended since the medium was asked
};

}  // namespace holdall::blob::local
