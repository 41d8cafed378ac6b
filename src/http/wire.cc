#include "http/wire.h"

#include <algorithm>

namespace holdall::http {
namespace {

using Clock = std::chrono::steady_clock;

// Takes the first `count` bytes away; false when nothing is left.
bool advance(Pieces& pieces, std::size_t count) {
  bool left = false;
  for (io::ByteStream::Piece& piece : pieces) {
    const std::size_t taken = std::min(count, piece.size());
    piece = piece.subspan(taken);
    count -= taken;
    left = left || !piece.empty();
  }
  return left;
}

}  // namespace

io::Task<Result<std::size_t>> Wire::fill(Deadline deadline) { return read(buffer_.room(), deadline); }

io::Task<Result<std::size_t>> Wire::read(std::span<std::byte> room, Deadline deadline) {
  auto count = co_await stream_->read_some(room, deadline);
  if (count) {
    buffer_.added(*count);
    received_ += *count;
  }
  co_return count;
}

io::Task<Result<std::size_t>> Wire::fill_body() {
  const Deadline begin = Clock::now();
  auto count = co_await read(buffer_.room_for_body(), incoming_.deadline(begin));
  if (count) incoming_.account(Clock::now() - begin, *count);
  co_return count;
}

io::Task<Result<void>> Wire::send(Pieces pieces) {
  Deadline begin = Clock::now();
  while (true) {
    auto count = co_await stream_->write_some(pieces, outgoing_.deadline(begin), outgoing_.rate());
    if (!count) co_return fail(std::move(count).error());
    sent_ += *count;
    if (!advance(pieces, *count)) co_return Result<void>{};
    const Deadline now = Clock::now();
    outgoing_.account(now - begin, *count);
    begin = now;
  }
}

void Wire::restart_rates() {
  incoming_.restart();
  outgoing_.restart();
}

}  // namespace holdall::http
