#pragma once
// Files and the pages that come out of them, for tests of engines that read.
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/protocol/descriptors.h"
#include "media/protocol/text_pages.h"

namespace holdall::worker::engines::testing {

inline media::protocol::OwnedDescriptor file_with(std::string_view bytes) {
  media::protocol::OwnedDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return file;
}

/// Each must keep the rules of the protocol.
inline std::vector<media::protocol::TextPage> pages_in(int output) {
  std::vector<media::protocol::TextPage> pages;
  media::protocol::PageHeadBytes head_bytes;
  ::lseek(output, 0, SEEK_SET);
  while (::read(output, head_bytes.data(), head_bytes.size()) == static_cast<ssize_t>(head_bytes.size())) {
    const auto head = media::protocol::parse_page_head(head_bytes);
    if (!head) break;
    std::vector<std::byte> bytes(media::protocol::bytes_after(*head));
    EXPECT_EQ(::read(output, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    auto page = media::protocol::parse_page(*head, bytes);
    EXPECT_TRUE(page) << "page " << pages.size() + 1 << " breaks a rule";
    if (!page) break;
    pages.push_back(*std::move(page));
  }
  EXPECT_EQ(::lseek(output, 0, SEEK_CUR), ::lseek(output, 0, SEEK_END)) << "something stands behind the last page";
  return pages;
}

}  // namespace holdall::worker::engines::testing
