#include "media/protocol/text_pages.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/encoding.h"

namespace holdall::media::protocol {
namespace {

static_assert(std::has_unique_object_representations_v<PageHead>);
static_assert(std::has_unique_object_representations_v<PageWord>);

bool is_confidence(std::uint32_t value) { return value <= 100 || value == kUnknownConfidence; }

bool is_kept_control(char c) { return c == '\t' || c == '\n'; }

bool is_clean(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_kept_control(c); };
  return std::ranges::none_of(text, is_control) && is_utf8(text);
}

// UTF-8 continues with bytes that begin with the bits 10.
bool is_boundary(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

bool are_sound(std::span<const PageWord> words, std::string_view text) {
  std::size_t end = 0;
  for (const PageWord& word : words) {
    if (word.begin < end || word.length == 0 || word.unused != 0 || !is_confidence(word.confidence)) return false;
    if (word.left > word.right || word.top > word.bottom) return false;
    end = std::size_t{word.begin} + word.length;
    if (end > text.size() || !is_boundary(text, word.begin) || !is_boundary(text, end)) return false;
  }
  return true;
}

}  // namespace

std::string encode_page(const TextPage& page) {
  const PageHead head{.source = page.source,
                      .confidence = page.confidence,
                      .text_bytes = static_cast<std::uint32_t>(page.text.size()),
                      .words = static_cast<std::uint32_t>(page.words.size())};
  std::string bytes(as_text(std::as_bytes(std::span(&head, 1))));
  bytes += page.text;
  bytes += as_text(std::as_bytes(std::span(page.words)));
  return bytes;
}

std::optional<PageHead> parse_page_head(std::span<const std::byte> bytes) {
  PageHead head;
  if (bytes.size() != sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  const bool is_known = head.source == TextSource::Embedded || head.source == TextSource::Recognised;
  if (!is_known || !is_confidence(head.confidence)) return std::nullopt;
  if (head.text_bytes > kMostPageText || head.words > kMostPageWords) return std::nullopt;
  return head;
}

std::size_t bytes_after(const PageHead& head) {
  return std::size_t{head.text_bytes} + std::size_t{head.words} * sizeof(PageWord);
}

std::optional<TextPage> parse_page(const PageHead& head, std::span<const std::byte> bytes) {
  if (bytes.size() != bytes_after(head)) return std::nullopt;
  TextPage page{.source = head.source,
                .confidence = static_cast<std::uint8_t>(head.confidence),
                .text = std::string(as_text(bytes.first(head.text_bytes))),
                .words = std::vector<PageWord>(head.words)};
  const auto words = bytes.subspan(head.text_bytes);
  if (!words.empty()) std::memcpy(page.words.data(), words.data(), words.size());
  if (!is_clean(page.text) || !are_sound(page.words, page.text)) return std::nullopt;
  return page;
}

}  // namespace holdall::media::protocol
