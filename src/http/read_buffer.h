#pragma once
// Where a connection's bytes land: small while it is quiet, large while it is fast.
#include <cstddef>
#include <memory>
#include <span>

namespace holdall::http {

/// Thousands of idle or slow connections cost kSmallest each; a fast upload reads kLargest a call (512-byte reads would
/// cost four fifths of the throughput).
class ReadBuffer {
 public:
  static constexpr std::size_t kSmallest = 8 * 1024;
  static constexpr std::size_t kLargest = 256 * 1024;

  std::span<const std::byte> bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  bool is_empty() const { return begin_ == end_; }
  void consume(std::size_t count) { begin_ += count; }

  /// Room behind the bytes, at least one byte, unless kLargest unread bytes lie here. Moves the bytes, grows where
  /// there is none, and shrinks where the last read took a small part: the client is pausing, and its next bytes may be
  /// long in coming. Spans taken before are dead afterwards.
  std::span<std::byte> room();
  /// The same for a body: grows when the last reads filled all there was (one of the smallest size, two beyond it: a
  /// burst of some ten KiB before a pause is no stream). Many small requests in a row are no reason to grow.
  std::span<std::byte> room_for_body();
  void added(std::size_t count);

  /// Back to kSmallest where the unread bytes allow it; for the pause between two requests.
  void shrink();
  std::size_t capacity() const { return capacity_; }

 private:
  std::span<std::byte> make_room(bool grows);
  void move_to(std::size_t capacity);

  std::unique_ptr<std::byte[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  unsigned fills_ = 0;  ///< reads in a row that filled all there was
  bool was_sparse_ = false;
};

}  // namespace holdall::http
