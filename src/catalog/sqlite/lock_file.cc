#include "catalog/sqlite/lock_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holdall::catalog::sqlite {

Result<LockFile> LockFile::take(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return fail(error_from_errno(errno, "open " + file.string()));
  LockFile lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return fail(error_from_errno(errno, "lock " + file.string()));
  return fail(ErrorKind::Locked, "catalog-in-use",
              "Another Holdall server uses the catalog in " + file.parent_path().string() +
                  "; stop it first or choose another folder.");
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace holdall::catalog::sqlite
