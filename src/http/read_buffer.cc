#include "http/read_buffer.h"

#include <algorithm>
#include <cstring>

namespace holdall::http {
namespace {

// 8 KiB, 32 KiB, 128 KiB, 256 KiB.
constexpr std::size_t kStep = 4;

}  // namespace

std::span<std::byte> ReadBuffer::room() { return make_room(false); }

std::span<std::byte> ReadBuffer::room_for_body() { return make_room(fills_ >= (capacity_ == kSmallest ? 1 : 2)); }

std::span<std::byte> ReadBuffer::make_room(bool grows) {
  if (capacity_ == 0) move_to(kSmallest);
  if (begin_ == end_) begin_ = end_ = 0;
  const bool is_full = end_ - begin_ == capacity_;
  if ((grows || is_full) && capacity_ < kLargest) {
    move_to(std::min(capacity_ * kStep, kLargest));
  } else if (was_sparse_ && begin_ == end_ && capacity_ > kSmallest) {
    move_to(std::max(capacity_ / kStep, kSmallest));
  } else if (end_ == capacity_ && begin_ > 0) {
    std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  was_sparse_ = false;
  return {data_.get() + end_, capacity_ - end_};
}

void ReadBuffer::added(std::size_t count) {
  end_ += count;
  fills_ = end_ == capacity_ ? fills_ + 1 : 0;
  was_sparse_ = count <= capacity_ / kStep;
}

void ReadBuffer::shrink() {
  fills_ = 0;
  was_sparse_ = false;
  if (capacity_ > kSmallest && end_ - begin_ <= kSmallest) move_to(kSmallest);
}

void ReadBuffer::move_to(std::size_t capacity) {
  auto moved = std::make_unique_for_overwrite<std::byte[]>(capacity);
  const std::size_t size = end_ - begin_;
  if (size > 0) std::memcpy(moved.get(), data_.get() + begin_, size);
  data_ = std::move(moved);
  capacity_ = capacity;
  fills_ = 0;
  begin_ = 0;
  end_ = size;
}

}  // namespace holdall::http
