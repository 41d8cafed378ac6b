#pragma once
// One file of the journal, of fixed size and used again and again: frames are appended from its start, and retiring it
// wipes the first of them. Blocking. Appended to by the journal's thread, retired by the checkpoint's, never at once.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "blob/local/journal/frame.h"
#include "blob/local/medium.h"

namespace holdall::blob::local {

class Segment {
 public:
  /// Makes journal/<number> with all its blocks written once: a sync after an append then has no block to allocate.
  static Result<std::unique_ptr<Segment>> create(Medium& medium, unsigned number, std::uint64_t capacity);
  /// One that is there.
  static Result<std::unique_ptr<Segment>> open(Medium& medium, unsigned number);

  /// Begins a new life: the next frame is the first.
  void begin(std::uint64_t sequence);

  bool has_room(std::uint64_t frame_length) const { return capacity_ - used_ >= frame_length; }

  /// Appends a frame without a sync; after an error the same place is used again.
  Result<void> append(std::span<const Record> records, std::span<const std::span<const std::byte>> payloads);
  Result<void> sync();

  /// Makes the segment empty for whoever opens it next, durably.
  Result<void> retire();

  unsigned number() const { return number_; }
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t used() const { return used_; }
  std::uint32_t frames() const { return frames_; }
  const Life& life() const { return life_; }
  int file() const { return file_.get(); }

 private:
  Segment(Medium& medium, unsigned number, Descriptor file, std::uint64_t capacity)
      : medium_(medium), number_(number), file_(std::move(file)), capacity_(capacity) {}

  Result<void> write_zeros(std::uint64_t length);
  Result<void> write_pieces(std::vector<iovec> pieces, std::uint64_t offset);
  std::string name() const { return "journal/" + std::to_string(number_); }

  Medium& medium_;
  const unsigned number_;
  Descriptor file_;
  const std::uint64_t capacity_;
  Life life_;
  std::uint64_t used_ = 0;
  std::uint32_t frames_ = 0;
};

}  // namespace holdall::blob::local
