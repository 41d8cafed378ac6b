#pragma once
// Opening things below a folder without ever leaving it: no symbolic link, no "..", no mount trick is followed
// (openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS; where the kernel or a container refuses
// openat2, one O_NOFOLLOW step per path segment). Paths are relative and come from blob::Key or from the program.
// Any thread; never waits for anything but the file system.
#include <string>
#include <string_view>

#include "blob/local/descriptor.h"

namespace holdall::blob::local {

enum class Waiting : bool {
  Allowed,
  CachedOnly,  ///< EAGAIN instead of reading a folder from the medium; EOPNOTSUPP where the kernel cannot tell
};

/// How Folder finds its way; the second is for kernels before 5.6 and containers that refuse openat2.
enum class Resolution : bool { Kernel, StepByStep };

class Folder {
 public:
  explicit Folder(Descriptor folder, Resolution resolution) : folder_(std::move(folder)), resolution_(resolution) {}

  /// What this machine can do, tried out on an open folder.
  static Resolution probe(int folder);

  /// Opens what lies at `path`. O_NOFOLLOW and O_CLOEXEC are always added. ELOOP: a link stands in the way.
  Errno<Descriptor> open(const std::string& path, int flags, Waiting waiting = Waiting::Allowed) const;

  int get() const { return folder_.get(); }
  Resolution resolution() const { return resolution_; }

 private:
  Descriptor folder_;
  Resolution resolution_;
};

/// "7/2026/11/22/name" -> "7/2026/11/22"; empty for a plain name.
std::string_view parent_of(std::string_view path);
/// "7/2026/11/22/name" -> "name".
std::string_view name_within(std::string_view path);

}  // namespace holdall::blob::local
