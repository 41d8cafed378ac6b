#pragma once
// The port behind which bytes are kept: a folder today, S3 later. Knows keys and bytes, nothing of owners or names.
//
// Contract (every implementation passes blob/testing/store_conformance.h):
// - Durable: when Writer::commit() has answered, the blob is whole under its key after kill -9 or loss of power.
// - Atomic: before that, no reader, stat or list ever sees the key; after a crash at most nameless leftovers remain,
//   which the store itself removes.
// - Immutable: a key is written once. Writing a key that exists answers Conflict and leaves the old bytes alone. A key
//   that was removed may stay taken (Conflict): keys are never meant to be used again.
// - remove() is idempotent: removing what is not there is success. After it has answered, open() says NotFound; a
//   Reader opened before goes on to its end.
// - Reads go on when writes fail. A store whose medium has failed to make bytes durable refuses all further writes
//   (Unavailable) until restarted, and says so in health().
// - Errors: NotFound, Conflict, NoSpace (full, or the reserve would be touched), Unavailable (medium failed),
//   Overloaded (queue full), Corrupt (bytes are not what was written), Cancelled, Internal.
// - Thread: a Store is used from any io thread; a Writer or Reader by one coroutine at a time, on the thread that made
//   it. Blocking work happens on the store's own pool. Destroy the store after everything it gave out.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/context.h"
#include "base/sha256.h"
#include "blob/key.h"
#include "io/byte_source.h"
#include "io/task.h"

namespace holdall::blob {

struct Stat {
  std::uint64_t size = 0;
  Timestamp modified_at;
};

/// What commit() made durable; the digest is computed over the bytes as they were given.
struct Written {
  std::uint64_t size = 0;
  Sha256Digest sha256;
};

/// A blob being written. Dropping it without commit() leaves nothing behind (the clean-up may happen a little later).
class Writer {
 public:
  virtual ~Writer() = default;

  /// Takes the next bytes; `bytes` must live until the task ends. After an error the writer is spent.
  virtual io::Task<Result<void>> write(std::span<const std::byte> bytes) = 0;

  /// Makes the blob durable and visible under its key. Once called it runs to its end. Called at most once.
  virtual io::Task<Result<Written>> commit() = 0;
};

struct WriteOptions {
  /// The size, where it is known: lets the store refuse at once what cannot fit, and choose how to write.
  std::optional<std::uint64_t> expected_size;
};

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Where the bytes of a reader lie in an open file.
struct FileRegion {
  int descriptor = -1;  ///< belongs to the reader, lives as long as it
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A blob, or a range of it, being read. remaining() is always known.
class Reader : public io::ByteSource {
 public:
  /// The size of the whole blob.
  virtual std::uint64_t size() const = 0;

  /// What next() would still give, as a region of a file, for those who can hand a descriptor to the kernel (sendfile);
  /// nothing where the bytes are not in a file. The file may be shorter than the region says when it is damaged. Bytes
  /// taken this way are not seen by next(), which starts where it stood.
  virtual std::optional<FileRegion> file_region() const { return std::nullopt; }
};

struct ListedBlob {
  Key key;
  Stat stat;
};

struct ListPage {
  std::vector<ListedBlob> blobs;  ///< in ascending order of key
  std::string next;               ///< cursor of the following page; empty at the end
};

struct Health {
  bool readable = true;
  bool writable = true;
  std::string reason;  ///< for the operator; empty when both hold
  std::optional<std::uint64_t> free_bytes;
};

/// The most blobs a page of list() holds.
inline constexpr std::size_t kLargestPage = 1000;

class Store {
 public:
  virtual ~Store() = default;

  virtual io::Task<Result<std::unique_ptr<Writer>>> create(Key key, WriteOptions options, const Context& context) = 0;

  /// Without a range: the whole. A range that reaches past the end is InvalidArgument.
  virtual io::Task<Result<std::unique_ptr<Reader>>> open(Key key, std::optional<ByteRange> range,
                                                         const Context& context) = 0;

  virtual io::Task<Result<Stat>> stat(Key key, const Context& context) = 0;
  virtual io::Task<Result<void>> remove(Key key, const Context& context) = 0;

  /// Blobs whose key begins with `prefix`, in order, at most `limit` (1 to 1,000) a page. What appears or goes while
  /// pages are fetched may or may not be seen; what is there throughout is seen exactly once. `cursor` is empty for the
  /// first page, then `next` of the page before; any key will do, the page starts behind it.
  virtual io::Task<Result<ListPage>> list(std::string prefix, std::string cursor, std::size_t limit,
                                          const Context& context) = 0;

  virtual Health health() const = 0;

  /// "local", "memory": goes into each blob's row, so that several stores can serve at once.
  virtual std::string_view name() const = 0;
};

}  // namespace holdall::blob
