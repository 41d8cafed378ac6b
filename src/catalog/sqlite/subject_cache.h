#pragma once
// Which id a subject has, remembered: a subject's id never changes.
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ids.h"

namespace holdall::catalog::sqlite {

/// Safe from any thread. Full, it forgets everything: that costs a point read for each subject that comes again.
class SubjectCache {
 public:
  explicit SubjectCache(std::size_t most) : most_(most) {}

  std::optional<UserId> find(std::string_view subject) const {
    std::lock_guard lock(mutex_);
    const auto found = ids_.find(subject);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
  }

  void put(std::string_view subject, UserId id) {
    std::lock_guard lock(mutex_);
    if (ids_.size() >= most_) ids_.clear();
    ids_.emplace(subject, id);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, UserId, Hash, std::equal_to<>> ids_;
};

}  // namespace holdall::catalog::sqlite
