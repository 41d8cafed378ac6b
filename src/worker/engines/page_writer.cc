#include "worker/engines/page_writer.h"

#include <algorithm>
#include <cerrno>

#include <unicode/utf8.h>
#include <unistd.h>

#include "base/encoding.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::kMostPageText;
using media::protocol::kMostPageWords;
using media::protocol::kUnknownConfidence;
using media::protocol::PageWord;
using media::protocol::TextPage;

bool is_unwanted(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }

void clean(std::string& text) {
  std::ranges::replace_if(text, is_unwanted, ' ');
  if (is_utf8(text)) return;
  const auto length = static_cast<std::int32_t>(text.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::int32_t at = 0; at < length;) {
    const std::int32_t begin = at;
    UChar32 character = 0;
    U8_NEXT(bytes, at, length, character);
    if (character < 0) std::fill(text.begin() + begin, text.begin() + at, '?');
  }
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// As much of a text as makes a part: up to the end of its last line, or of its last character.
std::string_view first_part(std::string_view text) {
  if (text.size() <= kMostPageText) return text;
  const std::string_view most = first_characters(text, kMostPageText);
  const std::size_t line = most.rfind('\n');
  return line == std::string_view::npos ? most : most.substr(0, line + 1);
}

}  // namespace

bool PageWriter::add(TextPage page) {
  if (has_failed_) return false;
  if (pages_left_ == 0 || bytes_left_ == 0) {
    is_truncated_ = true;
    return false;
  }
  make_fit(page);
  has_failed_ = !write_all(output_, encode_page(page));
  --pages_left_;
  bytes_left_ -= page.text.size();
  return !has_failed_;
}

void PageWriter::make_fit(TextPage& page) {
  clean(page.text);
  const std::size_t most = std::min<std::uint64_t>(kMostPageText, bytes_left_);
  if (page.text.size() > most) {
    page.text = first_characters(page.text, most);
    is_truncated_ = true;
  }
  // Where there are more words than may be, the text stays whole: what is lost is where the others stand.
  if (page.words.size() > kMostPageWords) page.words.resize(kMostPageWords);
  std::erase_if(page.words,
                [&](const PageWord& word) { return std::size_t{word.begin} + word.length > page.text.size(); });
}

bool PageWriter::add_parts(std::string_view text) {
  while (!text.empty()) {
    const std::string_view part = first_part(text);
    text.remove_prefix(part.size());
    if (!add({.text = std::string(part), .words = {}})) return false;
  }
  return true;
}

std::uint8_t mean_confidence(const std::vector<PageWord>& words) {
  std::uint64_t sum = 0, count = 0;
  for (const PageWord& word : words) {
    if (word.confidence == kUnknownConfidence) continue;
    sum += word.confidence;
    ++count;
  }
  return count == 0 ? kUnknownConfidence : static_cast<std::uint8_t>((sum + count / 2) / count);
}

}  // namespace holdall::worker::engines
