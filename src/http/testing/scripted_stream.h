#pragma once
// A connection whose client follows a script: what it sends, when it stalls, when it goes away.
#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "io/byte_stream.h"

namespace holdall::http::testing {

struct Transcript {
  std::string sent;                 ///< all bytes the server wrote
  std::vector<std::size_t> writes;  ///< how many of them at a time
  bool was_shut = false;
  bool was_closed = false;
  bool was_reset = false;
};

/// Reads give one scripted piece each, then the end. A piece that is kStall gives Timeout, kLost a lost connection.
class ScriptedStream final : public io::ByteStream {
 public:
  static constexpr std::string_view kStall = "<stall>";
  static constexpr std::string_view kLost = "<lost>";

  ScriptedStream(std::vector<std::string> pieces, Transcript& transcript, std::size_t largest_write = SIZE_MAX)
      : pieces_(pieces.begin(), pieces.end()), transcript_(transcript), largest_write_(largest_write) {}

  io::Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline) override {
    if (transcript_.was_closed || transcript_.was_reset) co_return lost();
    if (pieces_.empty()) co_return 0;
    std::string& piece = pieces_.front();
    if (piece == kStall) {
      pieces_.pop_front();
      co_return fail(ErrorKind::Timeout, "client-too-slow", "The connection was too slow.");
    }
    if (piece == kLost) co_return lost();
    const std::size_t size = std::min(piece.size(), into.size());
    std::ranges::copy(as_bytes(piece).first(size), into.begin());
    piece.erase(0, size);
    if (piece.empty()) pieces_.pop_front();
    co_return size;
  }

  io::Task<Result<std::size_t>> write_some(std::span<const Piece> given, Deadline, std::uint64_t) override {
    if (transcript_.was_closed || transcript_.was_reset) co_return lost();
    std::size_t count = 0;
    for (const Piece& piece : given) {
      const std::size_t size = std::min(piece.size(), largest_write_ - count);
      transcript_.sent += as_text(piece.first(size));
      count += size;
    }
    transcript_.writes.push_back(count);
    co_return count;
  }

  io::Task<> shutdown(Deadline) override {
    transcript_.was_shut = true;
    co_return;
  }
  void close() noexcept override { transcript_.was_closed = true; }
  void reset() noexcept override { transcript_.was_reset = true; }

 private:
  static Failure lost() { return fail(ErrorKind::Cancelled, "connection-lost", "The connection was lost."); }

  std::deque<std::string> pieces_;
  Transcript& transcript_;
  std::size_t largest_write_;
};

}  // namespace holdall::http::testing
