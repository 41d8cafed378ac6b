#include "attachment/readable_file.h"

#include <cerrno>

#include <sys/mman.h>
#include <unistd.h>

namespace holdall::attachment {
namespace {

// The copy is memory of this machine until the work is done.
constexpr std::uint64_t kLargestCopy = std::uint64_t{16} << 20;

Result<void> write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno(errno, "write to a memfd"));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

io::Task<Result<ReadableFile>> ReadableFile::of(blob::Reader& reader) {
  ReadableFile file;
  if (const auto region = reader.file_region(); region && region->offset == 0 && region->length == reader.size()) {
    file.descriptor_ = region->descriptor;
    co_return file;
  }
  if (reader.size() > kLargestCopy)
    co_return fail(internal_error("the store gives no file for a blob of " + std::to_string(reader.size()) + " bytes"));
  file.copy_ = media::protocol::OwnedDescriptor(::memfd_create("holdall-blob", MFD_CLOEXEC));
  if (!file.copy_.is_open()) co_return fail(error_from_errno(errno, "memfd for a blob"));
  while (true) {
    HOLDALL_CO_TRY(const std::span<const std::byte> piece, co_await reader.next());
    if (piece.empty()) co_return std::move(file);
    HOLDALL_CO_TRY_VOID(write_all(file.copy_.get(), piece));
  }
}

}  // namespace holdall::attachment
