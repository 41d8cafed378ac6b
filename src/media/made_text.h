#pragma once
// Text that was read from a file, page by page.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/protocol/descriptors.h"
#include "media/protocol/message.h"
#include "media/protocol/text_pages.h"

namespace holdall::media {

using protocol::TextPage;
using protocol::TextSource;

/// Keeps one page in memory at a time. The pages come from a process that may have been taken over: each is checked
/// when it is read (protocol/text_pages.h), and holds text that may say anything.
class MadeText {
 public:
  MadeText(protocol::OwnedDescriptor file, std::uint64_t size, const protocol::Reply& reply);

  /// Of the file, as claimed; 0 where there is no such thing.
  std::uint32_t pages() const { return pages_; }
  /// The file has more text than was wanted.
  bool is_truncated() const { return is_truncated_; }

  /// Nothing at the end. Unprocessable "text-unreadable" when what was written is no page; then it is spent.
  Result<std::optional<TextPage>> next();

 private:
  Failure no_page();
  Result<void> read(std::span<std::byte> into);

  protocol::OwnedDescriptor file_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::uint32_t pages_;
  bool is_truncated_;
  std::vector<std::byte> bytes_;
};

}  // namespace holdall::media
