#include "blob/local/recent_blobs.h"

#include <algorithm>
#include <functional>

namespace holdall::blob::local {
namespace {

std::size_t hash_of(const std::string& key) { return std::hash<std::string>{}(key); }

}  // namespace

bool RecentBlobs::is_in_journal(const std::string& key) const {
  const std::size_t hash = hash_of(key);
  return std::ranges::any_of(journal_, [hash](const auto& segment) { return segment.second.contains(hash); });
}

void Claim::release() {
  if (recent_ != nullptr) std::exchange(recent_, nullptr)->release(key_);
}

std::optional<Claim> RecentBlobs::claim(const std::string& key) {
  std::lock_guard lock(mutex_);
  if (is_in_journal(key) || !entries_.try_emplace(key).second) return std::nullopt;
  return Claim(*this, key);
}

void RecentBlobs::release(const std::string& key) {
  std::lock_guard lock(mutex_);
  entries_.erase(key);
}

void RecentBlobs::publish(const std::string& key, SharedBlob blob, std::uint64_t sequence) {
  std::lock_guard lock(mutex_);
  journal_[sequence].insert(hash_of(key));
  entries_[key] = Entry{Stage::Visible, std::move(blob)};
}

void RecentBlobs::note_tombstone(const std::string& key, std::uint64_t sequence) {
  std::lock_guard lock(mutex_);
  journal_[sequence].insert(hash_of(key));
}

void RecentBlobs::drop_segment(std::uint64_t sequence) {
  std::lock_guard lock(mutex_);
  journal_.erase(sequence);
}

RecentBlobs::Found RecentBlobs::find(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  if (found->second.stage != Stage::Visible) return {State::Hidden};
  return {State::InMemory, found->second.blob};
}

std::vector<ListedBlob> RecentBlobs::list(std::string_view prefix, std::string_view cursor, std::size_t limit) const {
  std::lock_guard lock(mutex_);
  std::vector<ListedBlob> blobs;
  auto at = cursor < prefix ? entries_.lower_bound(prefix) : entries_.upper_bound(cursor);
  for (; at != entries_.end() && at->first.starts_with(prefix) && blobs.size() < limit; ++at) {
    const auto& [stage, blob] = at->second;
    if (stage != Stage::Visible) continue;
    if (auto key = Key::parse(at->first)) blobs.push_back({*std::move(key), {blob->bytes.size(), blob->written_at}});
  }
  return blobs;
}

bool RecentBlobs::needs_tombstone(const std::string& key) const {
  std::lock_guard lock(mutex_);
  return is_in_journal(key);
}

bool RecentBlobs::hide(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.stage == Stage::Claimed) return false;
  found->second.stage = Stage::Removed;
  return true;
}

SharedBlob RecentBlobs::begin_file(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.stage == Stage::Visible) return found->second.blob;
  entries_.erase(found);
  return nullptr;
}

bool RecentBlobs::finish_file(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.stage == Stage::Removed) return false;
  entries_.erase(found);
  return true;
}

}  // namespace holdall::blob::local
