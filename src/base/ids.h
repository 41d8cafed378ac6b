#pragma once
// Strong 64-bit ids: a UserId never lands where an AttachmentId is meant.
#include <compare>
#include <cstdint>
#include <functional>

namespace holdall {

template <class Tag>
struct Id {
  std::int64_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
};

using UserId = Id<struct UserTag>;
using AttachmentId = Id<struct AttachmentTag>;
using BlobId = Id<struct BlobTag>;
using JobId = Id<struct JobTag>;

}  // namespace holdall

template <class Tag>
struct std::hash<holdall::Id<Tag>> {
  std::size_t operator()(const holdall::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
