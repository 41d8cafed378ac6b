#include "blob/local/layout.h"

#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace holdall::blob::local {
namespace {

constexpr std::string_view kFormat = "holdall-store 1\n";
constexpr const char* kFormatFile = "format";
constexpr const char* kLockFile = "lock";

Error startup_error(std::string message, std::string internal) {
  return make_error(ErrorKind::Unavailable, "store-cannot-open", std::move(message), std::move(internal));
}

Failure startup_failure(const std::filesystem::path& path, int error_number) {
  const std::string why = error_from_errno(error_number, path.string()).internal;
  return fail(startup_error("The store cannot be opened: " + why + ".", why));
}

Result<Descriptor> open_root(const std::filesystem::path& root, Access access) {
  if (access == Access::Serve) {
    std::error_code error;
    std::filesystem::create_directories(root.parent_path(), error);
    if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return startup_failure(root, errno);
  }
  Descriptor folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return startup_failure(root, errno);
  return folder;
}

Result<Descriptor> lock_root(const std::filesystem::path& root, int folder) {
  Descriptor lock(::openat(folder, kLockFile, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock.is_open()) return startup_failure(root / kLockFile, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return startup_failure(root / kLockFile, errno);
  return fail(ErrorKind::Locked, "store-in-use",
              "The store " + root.string() + " is in use by another process; stop that one first.");
}

Result<void> check_format(const std::filesystem::path& root, int folder) {
  const Descriptor file(::openat(folder, kFormatFile, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open()) return startup_failure(root / kFormatFile, errno);
  std::array<char, 64> text{};
  const ssize_t count = ::read(file.get(), text.data(), text.size());
  if (count < 0) return startup_failure(root / kFormatFile, errno);
  if (std::string_view(text.data(), static_cast<std::size_t>(count)) == kFormat) return {};
  return fail(ErrorKind::Unsupported, "store-format",
              "The store " + root.string() + " has a format this version of Holdall does not know.");
}

// Written under another name first: a format file is whole or not there.
Result<void> write_format(const std::filesystem::path& root, int folder, Disk& disk) {
  constexpr const char* kNewFile = "format.new";
  static_cast<void>(::unlinkat(folder, kNewFile, 0));
  const Descriptor file(disk.create_file(folder, kNewFile));
  if (!file.is_open()) return startup_failure(root / kNewFile, errno);
  if (disk.write(file.get(), std::as_bytes(std::span(kFormat)), 0) != std::ssize(kFormat) ||
      disk.sync_data(file.get()) != 0 || disk.rename_over(folder, kNewFile, folder, kFormatFile) != 0) {
    return startup_failure(root / kFormatFile, errno);
  }
  return {};
}

Result<Folder> open_part(const std::filesystem::path& root, const Descriptor& folder, const char* name,
                         Resolution resolution) {
  Descriptor part(::openat(folder.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!part.is_open()) return startup_failure(root / name, errno);
  return Folder(std::move(part), resolution);
}

Result<void> make_parts(const std::filesystem::path& root, int folder, Disk& disk) {
  for (const char* name : {"blobs", "tmp", "journal"}) {
    if (disk.make_folder(folder, name) != 0 && errno != EEXIST) return startup_failure(root / name, errno);
  }
  if (::faccessat(folder, kFormatFile, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    HOLDALL_TRY_VOID(write_format(root, folder, disk));
  }
  if (disk.sync(folder) != 0) return startup_failure(root, errno);
  // The root's own name must last as well.
  const Descriptor above(::openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.is_open() && disk.sync(above.get()) != 0) return startup_failure(root / "..", errno);
  return {};
}

}  // namespace

Result<Layout> open_layout(const std::filesystem::path& root, Access access, Disk& disk) {
  HOLDALL_TRY(Descriptor folder, open_root(root, access));
  Descriptor lock;
  if (access == Access::Serve) {
    HOLDALL_TRY(lock, lock_root(root, folder.get()));
    HOLDALL_TRY_VOID(make_parts(root, folder.get(), disk));
  }
  HOLDALL_TRY_VOID(check_format(root, folder.get()));
  const Resolution resolution = Folder::probe(folder.get());
  HOLDALL_TRY(Folder blobs, open_part(root, folder, "blobs", resolution));
  HOLDALL_TRY(Folder tmp, open_part(root, folder, "tmp", resolution));
  HOLDALL_TRY(Folder journal, open_part(root, folder, "journal", resolution));
  return Layout{{Folder(std::move(folder), resolution), std::move(blobs), std::move(tmp), std::move(journal)},
                std::move(lock)};
}

Result<std::vector<std::string>> names_in(const Folder& folder) {
  struct Closer {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  Descriptor again(::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, Closer> directory(again.is_open() ? ::fdopendir(again.get()) : nullptr);
  if (!directory) return startup_failure("reading a folder", errno);
  again.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

Result<void> sweep_temporaries(const Medium& medium) {
  HOLDALL_TRY(const auto names, names_in(medium.tmp()));
  for (const std::string& name : names) {
    if (medium.disk().unlink(medium.tmp().get(), name.c_str()) == 0 || errno == ENOENT || errno == EISDIR) continue;
    return startup_failure("tmp/" + name, errno);
  }
  return {};
}

}  // namespace holdall::blob::local
