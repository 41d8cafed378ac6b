#pragma once
// Small blobs that were read lately, in memory: opening, reading and closing a file costs more than sending 4 KiB. A
// blob never changes, so what is kept is right until the blob is removed.
//
// Hides what happens to a file behind the store's back; whoever checks files opens a store of his own.
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "blob/local/small_blob.h"

namespace holdall::blob::local {

/// Any thread; never blocks on anything but itself.
class HotBlobs {
 public:
  /// Larger ones are not kept: for them the file costs little beside the bytes.
  static constexpr std::size_t kLargest = 16 * 1024;

  /// Keeps at most so many bytes (each blob counts some more for what it costs beside them), the latest used.
  explicit HotBlobs(std::size_t capacity) : capacity_(capacity) {}

  /// Null when it is not kept.
  SharedBlob find(const std::string& key);

  /// To be asked before a blob is looked for outside.
  std::uint64_t removals() const;
  /// Keeps a blob that was read, unless something was removed since removals() said `removals_before`: it may have been
  /// this one.
  void keep(const std::string& key, SharedBlob blob, std::uint64_t removals_before);
  /// The blob is removed.
  void forget(const std::string& key);

 private:
  struct Kept {
    std::string key;
    SharedBlob blob;
  };
  using Order = std::list<Kept>;

  static std::size_t cost_of(const Kept& kept);
  void drop(Order::iterator kept);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  Order order_;  ///< the latest used first
  boost::unordered_flat_map<std::string_view, Order::iterator> by_key_;
  std::size_t cost_ = 0;
  std::uint64_t removals_ = 0;
};

}  // namespace holdall::blob::local
