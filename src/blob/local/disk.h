#pragma once
// The system calls by which a store changes its medium and asks what room it has, behind a seam: tests make them fail,
// the kernel does not do so on request. Each behaves as the call it is named after: -1 and errno on failure. Called
// from any thread.
#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/uio.h>

namespace holdall::blob::local {

class Disk {
 public:
  virtual ~Disk() = default;

  /// openat(O_CREAT | O_EXCL | O_RDWR) of a file in a folder, mode 0600.
  virtual int create_file(int folder, const char* name);
  virtual int make_folder(int folder, const char* name);  ///< mkdirat, mode 0700
  virtual ssize_t write(int file, std::span<const std::byte> bytes, std::uint64_t offset);
  virtual ssize_t write_all(int file, std::span<const iovec> pieces, std::uint64_t offset);  ///< pwritev; may be short
  virtual int allocate(int file, std::uint64_t length);  ///< fallocate that keeps the size
  virtual int truncate(int file, std::uint64_t length);
  /// sync_file_range: starts to write the range out; `wait` waits for it as well.
  virtual int write_out(int file, std::uint64_t offset, std::uint64_t length, bool wait);
  virtual int sync_data(int file);             ///< fdatasync
  virtual int sync(int file_or_folder);        ///< fsync
  virtual int sync_file_system(int anything);  ///< syncfs
  /// Bytes that may still be taken; a medium that does not tell is not full: its own ENOSPC still counts.
  virtual std::uint64_t free_bytes(int anything);
  /// renameat2(RENAME_NOREPLACE); EEXIST when the name is taken.
  virtual int rename_new(int from_folder, const char* from, int to_folder, const char* to);
  virtual int rename_over(int from_folder, const char* from, int to_folder, const char* to);
  virtual int unlink(int folder, const char* name);
};

/// The kernel's; lives as long as the process.
Disk& kernel_disk();

}  // namespace holdall::blob::local
