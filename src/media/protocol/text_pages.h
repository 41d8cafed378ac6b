#pragma once
// What a job of kind Text or Recognition writes into its output: pages, one behind the other; each a head, its text,
// its words. UNTRUSTED when the server reads it: a page that breaks a rule below is no page.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::media::protocol {

inline constexpr std::uint32_t kMostPageText = 64 * 1024;  ///< bytes; what has no pages comes in parts of this size
inline constexpr std::uint32_t kMostPageWords = 32 * 1024;
inline constexpr std::uint8_t kUnknownConfidence = 255;

enum class TextSource : std::uint32_t { Embedded = 1, Recognised = 2 };

struct PageHead {
  TextSource source = TextSource::Embedded;
  std::uint32_t confidence = kUnknownConfidence;  ///< 0 to 100, or unknown
  std::uint32_t text_bytes = 0;
  std::uint32_t words = 0;
  friend bool operator==(const PageHead&, const PageHead&) = default;
};

/// Where a word stands: in the page's text by bytes, on the page by its box, in 65535ths of width and height.
struct PageWord {
  std::uint32_t begin = 0;
  std::uint16_t length = 0;
  std::uint16_t left = 0, top = 0, right = 0, bottom = 0;
  std::uint8_t confidence = kUnknownConfidence;
  std::uint8_t unused = 0;
  friend bool operator==(const PageWord&, const PageWord&) = default;
};

struct TextPage {
  TextSource source = TextSource::Embedded;
  std::uint8_t confidence = kUnknownConfidence;
  std::string text;             ///< UTF-8, no control characters but tab and line feed
  std::vector<PageWord> words;  ///< ascending, within the text, boxes not inside out
  friend bool operator==(const TextPage&, const TextPage&) = default;
};

using PageHeadBytes = std::array<std::byte, sizeof(PageHead)>;

/// The page as it is written; must keep the rules.
std::string encode_page(const TextPage& page);

/// Nothing when the head breaks a rule. The text and then the words follow: so many bytes.
std::optional<PageHead> parse_page_head(std::span<const std::byte> bytes);
std::size_t bytes_after(const PageHead& head);
/// `bytes`: what follows the head. Nothing when text or words break a rule.
std::optional<TextPage> parse_page(const PageHead& head, std::span<const std::byte> bytes);

}  // namespace holdall::media::protocol
