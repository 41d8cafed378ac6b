#include "blob/local/listing.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "blob/local/file_stat.h"

namespace holdall::blob::local {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

class Walk {
 public:
  Walk(const Medium& medium, const std::string& prefix, const std::string& cursor, std::size_t limit)
      : medium_(medium), prefix_(prefix), cursor_(cursor), limit_(limit) {}

  /// `path` is empty or ends with '/'.
  Result<void> visit(const std::string& path);
  std::vector<ListedBlob> take() { return std::move(found_); }

 private:
  Result<std::vector<std::string>> names_in(const std::string& path) const;
  bool is_wanted(const std::string& path) const;
  Result<void> add_file(const std::string& path);

  const Medium& medium_;
  const std::string& prefix_;
  const std::string& cursor_;
  const std::size_t limit_;
  std::vector<ListedBlob> found_;
};

// `path` is a file, or a folder with its '/': may a wanted key be it, or begin with it?
bool Walk::is_wanted(const std::string& path) const {
  const std::string_view view(path);
  const bool is_folder = view.ends_with('/');
  const bool has_prefix = view.starts_with(prefix_) || (is_folder && std::string_view(prefix_).starts_with(view));
  const bool is_behind = view > cursor_ || (is_folder && std::string_view(cursor_).starts_with(view));
  return has_prefix && is_behind;
}

// Folders carry their '/' while they are sorted, so that "a-b" < "a/b" < "a0" as among keys.
Result<std::vector<std::string>> Walk::names_in(const std::string& path) const {
  const std::string what = "list blobs/" + path;
  auto opened = medium_.blobs().open(path.empty() ? "." : path.substr(0, path.size() - 1), O_RDONLY | O_DIRECTORY);
  if (!opened && opened.error() == ENOENT) return std::vector<std::string>();
  if (!opened) return fail(Medium::read_error(opened.error(), what));
  const std::unique_ptr<DIR, DirectoryCloser> directory(::fdopendir(opened->get()));
  if (!directory) return fail(Medium::read_error(errno, what));
  // Now the directory's; closedir ends it.
  opened->release();
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr && errno != 0) return fail(Medium::read_error(errno, what));
    if (entry == nullptr) break;
    if (entry->d_name[0] == '.') continue;
    std::string name(entry->d_name);
    unsigned char type = entry->d_type;
    if (type == DT_UNKNOWN) type = type_of(::dirfd(directory.get()), name);
    if (type == DT_DIR) name += '/';
    if ((type == DT_DIR || type == DT_REG) && is_wanted(path + name)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

Result<void> Walk::add_file(const std::string& path) {
  auto key = Key::parse(path);
  if (!key) return {};
  const auto found = stat_file(medium_.blobs(), path);
  if (found) {
    found_.push_back({*std::move(key), *found});
    return {};
  }
  // Gone since the folder was read, or no plain file any more.
  if (found.error() == ENOENT || found.error() == ENOTDIR || found.error() == ELOOP) return {};
  return fail(Medium::read_error(found.error(), "stat blobs/" + path));
}

Result<void> Walk::visit(const std::string& path) {
  HOLDALL_TRY(const auto names, names_in(path));
  for (const std::string& name : names) {
    if (found_.size() >= limit_) return {};
    if (name.ends_with('/')) {
      HOLDALL_TRY_VOID(visit(path + name));
    } else {
      HOLDALL_TRY_VOID(add_file(path + name));
    }
  }
  return {};
}

// A file that became one while the folder was read may have been seen half written: its size is asked for again, now
// that the journal says it is whole.
constexpr auto kSuspicious = std::chrono::seconds(2);

Result<std::vector<ListedBlob>> drop_unsettled(const Medium& medium, const RecentBlobs& recent,
                                               std::vector<ListedBlob> files, Timestamp started) {
  std::vector<ListedBlob> settled;
  settled.reserve(files.size());
  for (ListedBlob& file : files) {
    // What is in memory was listed from there, unless it came later: then it need not be seen.
    if (recent.find(file.key.text()).state != RecentBlobs::State::Unknown) continue;
    if (file.stat.modified_at > started - kSuspicious) {
      const auto again = stat_file(medium.blobs(), file.key.text());
      if (!again) continue;
      file.stat = *again;
    }
    settled.push_back(std::move(file));
  }
  return settled;
}

}  // namespace

Result<std::vector<ListedBlob>> list_files(const Medium& medium, const std::string& prefix, const std::string& cursor,
                                           std::size_t limit) {
  Walk walk(medium, prefix, cursor, limit);
  HOLDALL_TRY_VOID(walk.visit(""));
  return walk.take();
}

Result<ListPage> list_page(const Medium& medium, const RecentBlobs& recent, const std::string& prefix,
                           const std::string& cursor, std::size_t limit) {
  const Timestamp started = system_clock().now();
  auto blobs = recent.list(prefix, cursor, limit + 1);
  // One more than asked for tells whether another page follows.
  HOLDALL_TRY(auto files, list_files(medium, prefix, cursor, limit + 1));
  std::optional<Key> horizon;  // behind it there may be files that were not read
  if (files.size() > limit) horizon = files.back().key;
  if (blobs.size() > limit && (!horizon || blobs.back().key < *horizon)) horizon = blobs.back().key;
  HOLDALL_TRY(auto settled, drop_unsettled(medium, recent, std::move(files), started));
  std::ranges::move(settled, std::back_inserter(blobs));
  std::ranges::sort(blobs, {}, &ListedBlob::key);
  const auto twice = std::ranges::unique(blobs, {}, &ListedBlob::key);
  blobs.erase(twice.begin(), twice.end());
  if (horizon) std::erase_if(blobs, [&](const ListedBlob& blob) { return blob.key > *horizon; });
  ListPage page;
  const bool is_cut = blobs.size() > limit;
  if (is_cut) blobs.erase(blobs.begin() + static_cast<std::ptrdiff_t>(limit), blobs.end());
  if (is_cut) {
    page.next = blobs.back().key.text();
  } else if (horizon) {
    page.next = horizon->text();
  }
  page.blobs = std::move(blobs);
  return page;
}

}  // namespace holdall::blob::local
