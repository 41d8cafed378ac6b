#include "blob/local/hot_blobs.h"

#include <iterator>
#include <utility>

namespace holdall::blob::local {
namespace {

// Key, list and map entries, control block: so that a flood of tiny blobs is bounded as well.
constexpr std::size_t kCostOfBlob = 256;

}  // namespace

std::size_t HotBlobs::cost_of(const Kept& kept) { return kept.blob->bytes.size() + kCostOfBlob; }

SharedBlob HotBlobs::find(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->blob;
}

std::uint64_t HotBlobs::removals() const {
  std::lock_guard lock(mutex_);
  return removals_;
}

void HotBlobs::keep(const std::string& key, SharedBlob blob, std::uint64_t removals_before) {
  std::lock_guard lock(mutex_);
  if (removals_ != removals_before || by_key_.contains(key)) return;
  order_.push_front({key, std::move(blob)});
  by_key_.emplace(order_.front().key, order_.begin());
  cost_ += cost_of(order_.front());
  while (cost_ > capacity_)
    drop(std::prev(order_.end()));
}

void HotBlobs::forget(const std::string& key) {
  std::lock_guard lock(mutex_);
  ++removals_;
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
}

void HotBlobs::drop(Order::iterator kept) {
  cost_ -= cost_of(*kept);
  by_key_.erase(kept->key);
  order_.erase(kept);
}

}  // namespace holdall::blob::local
