#include "blob/local/disk.h"

#include <cerrno>
#include <cstdio>
#include <limits>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace holdall::blob::local {
namespace {

// Where a file system does not know RENAME_NOREPLACE (some network ones), a link has the same "only if free".
int link_then_unlink(int from_folder, const char* from, int to_folder, const char* to) {
  if (::linkat(from_folder, from, to_folder, to, 0) != 0) return -1;
  return ::unlinkat(from_folder, from, 0);
}

}  // namespace

int Disk::create_file(int folder, const char* name) {
  return ::openat(folder, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int Disk::make_folder(int folder, const char* name) { return ::mkdirat(folder, name, 0700); }

ssize_t Disk::write(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  return ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
}

ssize_t Disk::write_all(int file, std::span<const iovec> pieces, std::uint64_t offset) {
  return ::pwritev(file, pieces.data(), static_cast<int>(pieces.size()), static_cast<off_t>(offset));
}

int Disk::allocate(int file, std::uint64_t length) {
  return ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(length));
}

int Disk::truncate(int file, std::uint64_t length) { return ::ftruncate(file, static_cast<off_t>(length)); }

int Disk::write_out(int file, std::uint64_t offset, std::uint64_t length, bool wait) {
  unsigned flags = SYNC_FILE_RANGE_WRITE;
  if (wait) flags |= SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER;
  return ::sync_file_range(file, static_cast<off_t>(offset), static_cast<off_t>(length), flags);
}

int Disk::sync_data(int file) { return ::fdatasync(file); }
int Disk::sync(int file_or_folder) { return ::fsync(file_or_folder); }
int Disk::sync_file_system(int anything) { return ::syncfs(anything); }

std::uint64_t Disk::free_bytes(int anything) {
  struct statvfs answer{};
  if (::fstatvfs(anything, &answer) != 0) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{answer.f_bavail} * answer.f_frsize;
}

int Disk::rename_new(int from_folder, const char* from, int to_folder, const char* to) {
  const long outcome = ::syscall(SYS_renameat2, from_folder, from, to_folder, to, RENAME_NOREPLACE);
  if (outcome == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  return link_then_unlink(from_folder, from, to_folder, to);
}

int Disk::rename_over(int from_folder, const char* from, int to_folder, const char* to) {
  return ::renameat(from_folder, from, to_folder, to);
}

int Disk::unlink(int folder, const char* name) { return ::unlinkat(folder, name, 0); }

Disk& kernel_disk() {
  static Disk disk;
  return disk;
}

}  // namespace holdall::blob::local
