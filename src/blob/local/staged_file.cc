#include "blob/local/staged_file.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

#include "base/random.h"
#include "blob/errors.h"

namespace holdall::blob::local {
namespace {

// 25 characters of 36: 129 bits, names never meet.
constexpr std::size_t kNameLength = 25;
constexpr std::uint64_t kWindow = 8ull * 1024 * 1024;
// The page cache lets go of what a large file has written out: taking the same pages again is twice as fast as taking
// new ones, and other files stay in it. Its first part stays: whoever looks at the file next begins there.
constexpr std::uint64_t kKeptInCache = 4 * kWindow;
// Long extents for large files, and few calls.
constexpr std::uint64_t kMostAhead = 16ull * 1024 * 1024;

// Where the medium cannot do it, the bytes are only written later.
bool is_unsupported(int error_number) {
  return error_number == EOPNOTSUPP || error_number == ENOSYS || error_number == EINVAL || error_number == ESPIPE ||
         error_number == ENODEV;
}

}  // namespace

Result<std::unique_ptr<StagedFile>> StagedFile::create(Medium& medium, Space& space,
                                                       std::optional<std::uint64_t> expected_size) {
  std::string name = random_name(kNameLength);
  Descriptor file(medium.disk().create_file(medium.tmp().get(), name.c_str()));
  if (!file.is_open()) return fail(Medium::write_error(errno, "create tmp/" + name));
  std::unique_ptr<StagedFile> staged(
      new StagedFile(medium, space, std::move(name), std::move(file), expected_size.value_or(0)));
  medium.pass(CrashPoint::StagedCreated);
  return staged;
}

Result<Space::Room> StagedFile::make_room(std::uint64_t bytes) {
  const std::uint64_t needed = size_ + bytes;
  if (needed <= allocated_) return Space::Room();
  const std::uint64_t ahead = can_allocate_ ? std::min(needed, kMostAhead) : 0;
  const std::uint64_t target = std::max(needed, std::min(expected_size_, needed + ahead));
  HOLDALL_TRY(Space::Room room, space_.take(target - allocated_));
  if (can_allocate_ && medium_.disk().allocate(file_.get(), target) == 0) {
    allocated_ = target;
    return room;
  }
  if (can_allocate_ && !is_unsupported(errno)) {
    return fail(Medium::write_error(errno, "allocate " + std::to_string(target) + " bytes"));
  }
  can_allocate_ = false;
  allocated_ = needed;
  return room;
}

Result<void> StagedFile::append(std::span<const std::byte> bytes) {
  hash_.update(bytes);
  HOLDALL_TRY(const Space::Room room, make_room(bytes.size()));
  HOLDALL_TRY_VOID(write_all(bytes));
  medium_.pass(CrashPoint::StagedWritten);
  return write_out_windows();
}

Result<void> StagedFile::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = medium_.disk().write(file_.get(), bytes, size_);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(Medium::write_error(count == 0 ? ENOSPC : errno, "write tmp/" + name_));
    size_ += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> StagedFile::write_out_windows() {
  while (size_ - written_out_ >= kWindow) {
    int outcome = medium_.disk().write_out(file_.get(), written_out_, kWindow, false);
    if (outcome == 0 && written_out_ >= kWindow) {
      outcome = medium_.disk().write_out(file_.get(), written_out_ - kWindow, kWindow, true);
    }
    // An error told here is not told again by fdatasync everywhere: it counts as a failed sync.
    if (outcome != 0 && !is_unsupported(errno)) {
      if (errno == ENOSPC || errno == EDQUOT) return fail(Medium::write_error(errno, "write out tmp/" + name_));
      return fail(medium_.sync_error(errno, "sync_file_range of tmp/" + name_));
    }
    if (written_out_ >= kKeptInCache) {
      ::posix_fadvise(file_.get(), static_cast<off_t>(written_out_ - kWindow), kWindow, POSIX_FADV_DONTNEED);
    }
    written_out_ += kWindow;
  }
  return {};
}

Result<Written> StagedFile::publish(const Key& key, Parents& parents) {
  if (allocated_ > size_ && medium_.disk().truncate(file_.get(), size_) != 0) {
    return fail(Medium::write_error(errno, "truncate tmp/" + name_));
  }
  if (medium_.disk().sync_data(file_.get()) != 0) return fail(medium_.sync_error(errno, "fdatasync of tmp/" + name_));
  medium_.pass(CrashPoint::StagedSynced);
  HOLDALL_TRY_VOID(rename_to(key, parents));
  return Written{size_, hash_.finish()};
}

Result<void> StagedFile::rename_to(const Key& key, Parents& parents) {
  const std::string folder_path(parent_of(key.text()));
  const std::string name(name_within(key.text()));
  auto chain = parents.open_chain(folder_path);
  if (!chain) {
    if (chain.error() == ENOTDIR) return fail(blob_exists(key));
    return fail(Medium::write_error(chain.error(), "open or make folder blobs/" + folder_path));
  }
  const auto rename = [&] {
    return medium_.disk().rename_new(medium_.tmp().get(), name_.c_str(), chain->front().folder->get(), name.c_str());
  };
  int renamed = rename();
  if (renamed != 0 && errno == ENOENT) {  // the folder was removed while it was held open
    parents.forget(folder_path);
    chain = parents.open_chain(folder_path);
    if (!chain) return fail(Medium::write_error(chain.error(), "open or make folder blobs/" + folder_path));
    renamed = rename();
  }
  if (renamed != 0) {
    if (errno == EEXIST) return fail(blob_exists(key));
    return fail(Medium::write_error(errno, "rename to blobs/" + key.text()));
  }
  name_.clear();
  medium_.pass(CrashPoint::StagedRenamed);
  if (const auto synced = parents.sync(*chain); !synced) {
    // Not durable, so not to be seen: what stays after a crash here is an orphan nobody was told of.
    static_cast<void>(medium_.disk().unlink(chain->front().folder->get(), name.c_str()));
    return fail(medium_.sync_error(synced.error(), "fsync of folder blobs/" + folder_path));
  }
  medium_.pass(CrashPoint::StagedDurable);
  return {};
}

void StagedFile::discard() {
  if (!name_.empty()) static_cast<void>(medium_.disk().unlink(medium_.tmp().get(), name_.c_str()));
  name_.clear();
  file_.close();
}

}  // namespace holdall::blob::local
