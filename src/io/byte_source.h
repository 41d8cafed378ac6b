#pragma once
// A stream of bytes that is read once, front to back: a request's body, a part of a form, a blob being read.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "io/task.h"

namespace holdall::io {

/// Owned by one reader, used from one thread, never by two coroutines at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// The next bytes, at least one; an empty span is the end, and stays the end. The span lives until the next call or
  /// until the source dies. After an error the source is spent. A piece is at most kLargestPiece bytes.
  virtual Task<Result<std::span<const std::byte>>> next() = 0;

  /// The number of bytes still to come, where it is known beforehand.
  virtual std::optional<std::uint64_t> remaining() const = 0;

  static constexpr std::size_t kLargestPiece = std::size_t{256} * 1024;
};

}  // namespace holdall::io
