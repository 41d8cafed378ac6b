#include "blob/local/file_stat.h"

#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace holdall::blob::local {

Errno<Stat> stat_open_file(int file) {
  struct stat answer{};
  if (::fstat(file, &answer) != 0) return std::unexpected(errno);
  if (!S_ISREG(answer.st_mode)) return std::unexpected(ENOENT);
  const auto since_epoch =
      std::chrono::seconds(answer.st_mtim.tv_sec) + std::chrono::nanoseconds(answer.st_mtim.tv_nsec);
  return Stat{static_cast<std::uint64_t>(answer.st_size),
              Timestamp(std::chrono::floor<std::chrono::microseconds>(since_epoch))};
}

Errno<Stat> stat_file(const Folder& blobs, const std::string& path, Waiting waiting) {
  const auto opened = blobs.open(path, O_PATH, waiting);
  if (!opened) return std::unexpected(opened.error());
  return stat_open_file(opened->get());
}

unsigned char type_of(int folder, const std::string& name) {
  struct stat answer{};
  if (::fstatat(folder, name.c_str(), &answer, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return static_cast<unsigned char>(IFTODT(answer.st_mode));
}

}  // namespace holdall::blob::local
