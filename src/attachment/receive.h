#pragma once
// One file on its way in: the bytes stream through the policy into a blob writer. The only place where bytes of a
// client reach a store, whatever the door.
#include "attachment/backends.h"
#include "attachment/policy.h"
#include "io/byte_source.h"

namespace holdall::attachment {

/// A file that was taken: durable in the store (or only measured), not yet in the catalog.
struct ReceivedFile {
  std::string key;  ///< empty when only measured
  std::string filename;
  std::string mime_type;
  std::uint64_t size = 0;
  Sha256Digest sha256;
};

/// A writer that keeps nothing and answers size and digest: judges a repeated request as the first was judged.
class MeasuringWriter final : public blob::Writer {
 public:
  io::Task<Result<void>> write(std::span<const std::byte> bytes) override;
  io::Task<Result<blob::Written>> commit() override;

 private:
  Sha256 digest_;
  std::uint64_t size_ = 0;
};

/// Judges the intent, then streams `bytes` to the store under a fresh key, each piece judged before it is written, and
/// makes the blob durable. Room for the file and its bytes, on top of what the
/// request has `taken` before, is set aside in `reservation` as they come. On any error nothing is kept.
/// Errors: the policy's, the source's own, QuotaExceeded, the store's.
io::Task<Result<ReceivedFile>> receive(const Backends& backends, UserId user, const Collection& collection,
                                       FileIntent intent, io::ByteSource& bytes, Reservation& reservation,
                                       catalog::Usage taken, const Context& context);

/// The same judgement without a store: for a request that repeats another.
io::Task<Result<ReceivedFile>> measure(const Collection& collection, FileIntent intent, io::ByteSource& bytes);

}  // namespace holdall::attachment
