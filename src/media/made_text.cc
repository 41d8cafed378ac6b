#include "media/made_text.h"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "media/engine.h"

namespace holdall::media {
MadeText::MadeText(protocol::OwnedDescriptor file, std::uint64_t size, const protocol::Reply& reply)
    : file_(std::move(file)), size_(size), pages_(reply.pages), is_truncated_(reply.is_truncated != 0) {}

Failure MadeText::no_page() {
  offset_ = size_;
  return fail(file_error(kTextUnreadable, "what was written is no page"));
}

Result<std::optional<TextPage>> MadeText::next() {
  if (offset_ >= size_) return std::nullopt;
  protocol::PageHeadBytes head_bytes;
  HOLDALL_TRY_VOID(read(head_bytes));
  const auto head = protocol::parse_page_head(head_bytes);
  if (!head) return no_page();
  bytes_.resize(protocol::bytes_after(*head));
  HOLDALL_TRY_VOID(read(bytes_));
  std::optional<TextPage> page = protocol::parse_page(*head, bytes_);
  if (!page) return no_page();
  return page;
}

// The file is memory: reading it waits for nothing.
Result<void> MadeText::read(std::span<std::byte> into) {
  while (!into.empty()) {
    const ssize_t count = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno(errno, "read of what a child made"));
    if (count == 0) return no_page();
    offset_ += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace holdall::media
