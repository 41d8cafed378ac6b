#include "blob/local/parents.h"

#include <cerrno>

#include <fcntl.h>

namespace holdall::blob::local {
namespace {

// Folders held open: the busiest owners of the current day.
constexpr std::size_t kMostKept = 128;
// Paths remembered as durable; forgetting them costs a few needless syncs.
constexpr std::size_t kMostDurable = 4096;

}  // namespace

Parents::Shared Parents::find(const std::string& path) {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(path);
  if (found == kept_.end()) return nullptr;
  ages_.splice(ages_.end(), ages_, found->second.age);
  return found->second.folder;
}

void Parents::keep(const std::string& path, Shared folder) {
  std::lock_guard lock(mutex_);
  if (kept_.contains(path)) return;
  if (kept_.size() >= kMostKept) {
    kept_.erase(ages_.front());
    ages_.pop_front();
  }
  ages_.push_back(path);
  kept_.emplace(path, Kept{std::move(folder), std::prev(ages_.end())});
}

void Parents::forget(std::string_view path) {
  std::lock_guard lock(mutex_);
  for (std::string each(path); !each.empty(); each = parent_of(each)) {
    durable_.erase(each);
    const auto found = kept_.find(each);
    if (found == kept_.end()) continue;
    ages_.erase(found->second.age);
    kept_.erase(found);
  }
}

Errno<Parents::Shared> Parents::open(const std::string& path) {
  if (auto known = find(path)) return known;
  auto opened = medium_.blobs().open(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  auto folder = std::make_shared<const Descriptor>(std::move(*opened));
  keep(path, folder);
  return folder;
}

Errno<Parents::Shared> Parents::open_or_make(const std::string& path) {
  auto folder = open_or_make_once(path);
  if (folder || folder.error() != ENOENT) return folder;
  // One above it was removed while it was held open: once is an operator tidying up, twice is something else.
  forget(path);
  return open_or_make_once(path);
}

Errno<Parents::Shared> Parents::open_or_make_once(const std::string& path) {
  auto opened = open(path);
  if (opened || opened.error() != ENOENT || path.empty()) return opened;
  return make(path);
}

Errno<Parents::Shared> Parents::make(const std::string& path) {
  // At most seven deep: a key has eight segments.
  const auto above = open_or_make_once(std::string(parent_of(path)));
  if (!above) return above;
  const std::string name(name_within(path));
  {
    // It may have been durable before somebody removed it.
    std::lock_guard lock(mutex_);
    durable_.erase(path);
  }
  if (medium_.disk().make_folder((*above)->get(), name.c_str()) != 0 && errno != EEXIST) return std::unexpected(errno);
  return open(path);
}

bool Parents::is_durable(const std::string& path) {
  std::lock_guard lock(mutex_);
  return durable_.contains(path);
}

Errno<Parents::Chain> Parents::open_chain(const std::string& path) {
  auto innermost = open_or_make(path);
  if (!innermost) return std::unexpected(innermost.error());
  Chain chain{{path, *std::move(innermost)}};
  // Somebody may have made a folder without a sync, perhaps just now: its entry above counts only once it is synced
  // too.
  while (!chain.back().path.empty() && !is_durable(chain.back().path)) {
    std::string path_above(parent_of(chain.back().path));
    auto above = open(path_above);
    if (!above) return std::unexpected(above.error());
    chain.push_back({std::move(path_above), *std::move(above)});
  }
  return chain;
}

Errno<> Parents::sync(const Chain& chain) {
  for (const Link& link : chain) {
    if (medium_.disk().sync(link.folder->get()) != 0) return std::unexpected(errno);
  }
  std::lock_guard lock(mutex_);
  if (durable_.size() >= kMostDurable) durable_.clear();
  for (const Link& link : chain)
    durable_.insert(link.path);
  return {};
}

}  // namespace holdall::blob::local
