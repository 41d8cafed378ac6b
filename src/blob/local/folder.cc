#include "blob/local/folder.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

namespace holdall::blob::local {
namespace {

constexpr std::uint64_t kBeneath = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

int open_beneath(int folder, const char* path, int flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = resolve;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

Errno<Descriptor> open_step_by_step(int folder, std::string_view path, int flags) {
  Descriptor holder;
  int at = folder;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string step(path.substr(0, slash));
    if (step.empty() || step == "..") return std::unexpected(EXDEV);
    const bool is_last = slash == std::string_view::npos;
    const int wanted = is_last ? flags : O_PATH | O_DIRECTORY;
    Descriptor next(::openat(at, step.c_str(), wanted | O_NOFOLLOW | O_CLOEXEC));
    if (!next.is_open()) return std::unexpected(errno);
    if (is_last) return next;
    holder = std::move(next);
    at = holder.get();
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

Resolution Folder::probe(int folder) {
  const Descriptor tried(open_beneath(folder, ".", O_PATH | O_DIRECTORY, kBeneath));
  return tried.is_open() ? Resolution::Kernel : Resolution::StepByStep;
}

Errno<Descriptor> Folder::open(const std::string& path, int flags, Waiting waiting) const {
  if (resolution_ == Resolution::StepByStep) {
    if (waiting == Waiting::CachedOnly) return std::unexpected(EOPNOTSUPP);
    return open_step_by_step(get(), path, flags);
  }
  const bool cached_only = waiting == Waiting::CachedOnly;
  const int opened = open_beneath(get(), path.c_str(), flags, kBeneath | (cached_only ? RESOLVE_CACHED : 0));
  if (opened >= 0) return Descriptor(opened);
  // A kernel before 5.12 does not know RESOLVE_CACHED and says EINVAL.
  return std::unexpected(cached_only && errno == EINVAL ? EOPNOTSUPP : errno);
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_within(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace holdall::blob::local
