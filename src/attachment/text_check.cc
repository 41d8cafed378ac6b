#include "attachment/text_check.h"

#include <algorithm>
#include <cstring>

namespace holdall::attachment {
namespace {

// Long enough to pay for the loop around it.
constexpr std::size_t kBlock = 64;

// 0x00-08, 0x0B, 0x0E-1A, 0x1C-1F: no text has them; tab, line feeds, form feed and escape it may have.
constexpr bool is_binary(std::uint32_t c) {
  return c < 0x20 && c != 0x09 && c != 0x0A && c != 0x0C && c != 0x0D && c != 0x1B;
}

// The same for sixteen bytes at a time, without branches: lanes of a true comparison are 0xFF.
using Lanes = std::uint8_t __attribute__((vector_size(16)));

bool has_binary(const std::byte* block) {
  Lanes binary{};
  for (std::size_t i = 0; i < kBlock; i += sizeof(Lanes)) {
    Lanes c;
    std::memcpy(&c, block + i, sizeof c);
    const Lanes is_allowed =
        Lanes(c == 0x09) | Lanes(c == 0x0A) | Lanes(c == 0x0C) | Lanes(c == 0x0D) | Lanes(c == 0x1B);
    binary |= Lanes(c < 0x20) & ~is_allowed;
  }
  std::uint64_t halves[2];
  std::memcpy(halves, &binary, sizeof binary);
  return (halves[0] | halves[1]) != 0;
}

bool is_eight_bit_text(std::span<const std::byte> bytes) {
  for (; bytes.size() >= kBlock; bytes = bytes.subspan(kBlock)) {
    if (has_binary(bytes.data())) return false;
  }
  return std::ranges::none_of(bytes, [](std::byte byte) { return is_binary(std::to_integer<std::uint8_t>(byte)); });
}

bool begins_with(std::span<const std::byte> bytes, std::initializer_list<unsigned char> mark) {
  return bytes.size() >= mark.size() && std::memcmp(bytes.data(), std::data(mark), mark.size()) == 0;
}

}  // namespace

bool TextCheck::feed(std::span<const std::byte> bytes) {
  if (!is_text_) return false;
  if (encoding_ == Encoding::Undecided) {
    const std::size_t take = std::min(bytes.size(), std::size(carry_) - carried_);
    if (take > 0) std::memcpy(carry_ + carried_, bytes.data(), take);
    carried_ = static_cast<std::uint8_t>(carried_ + take);
    bytes = bytes.subspan(take);
    if (carried_ < std::size(carry_)) return true;
    if (!decide()) return false;
  }
  return feed_decided(bytes);
}

bool TextCheck::finish() {
  if (is_text_ && encoding_ == Encoding::Undecided) decide();
  if (encoding_ != Encoding::EightBit && (carried_ != 0 || has_high_surrogate_)) is_text_ = false;
  return is_text_;
}

// The mark of UTF-32LE begins with that of UTF-16LE; a text whose first character is NUL does not exist.
bool TextCheck::decide() {
  std::byte first[4];
  std::memcpy(first, carry_, sizeof first);
  const std::span<const std::byte> begin(first, carried_);
  std::size_t mark = 2;
  if (begins_with(begin, {0x00, 0x00, 0xFE, 0xFF})) {
    encoding_ = Encoding::Utf32Be;
    mark = 4;
  } else if (begins_with(begin, {0xFF, 0xFE, 0x00, 0x00})) {
    encoding_ = Encoding::Utf32Le;
    mark = 4;
  } else if (begins_with(begin, {0xFE, 0xFF})) {
    encoding_ = Encoding::Utf16Be;
  } else if (begins_with(begin, {0xFF, 0xFE})) {
    encoding_ = Encoding::Utf16Le;
  } else {
    encoding_ = Encoding::EightBit;
    mark = 0;
  }
  carried_ = 0;
  return feed_decided(begin.subspan(mark));
}

bool TextCheck::feed_decided(std::span<const std::byte> bytes) {
  is_text_ = encoding_ == Encoding::EightBit ? is_eight_bit_text(bytes) : feed_wide(bytes);
  return is_text_;
}

std::size_t TextCheck::unit_size() const {
  return encoding_ == Encoding::Utf16Le || encoding_ == Encoding::Utf16Be ? 2 : 4;
}

bool TextCheck::feed_wide(std::span<const std::byte> bytes) {
  const std::size_t unit = unit_size();
  while (carried_ != 0 && !bytes.empty()) {
    carry_[carried_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (carried_ < unit) continue;
    carried_ = 0;
    if (!judge_unit(carry_)) return false;
  }
  for (; bytes.size() >= unit; bytes = bytes.subspan(unit)) {
    if (!judge_unit(bytes.data())) return false;
  }
  for (const std::byte byte : bytes)
    carry_[carried_++] = byte;
  return true;
}

bool TextCheck::judge_unit(const std::byte* unit) {
  const auto at = [unit](std::size_t i) { return std::to_integer<std::uint32_t>(unit[i]); };
  std::uint32_t value = 0;
  switch (encoding_) {
    case Encoding::Utf16Le: value = at(0) | at(1) << 8; break;
    case Encoding::Utf16Be: value = at(0) << 8 | at(1); break;
    case Encoding::Utf32Le: value = at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24; break;
    case Encoding::Utf32Be: value = at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3); break;
    case Encoding::Undecided:
    case Encoding::EightBit: return false;
  }
  if (is_binary(value)) return false;
  const bool is_low = value >= 0xDC00 && value <= 0xDFFF;
  const bool is_high = value >= 0xD800 && value <= 0xDBFF;
  if (unit_size() == 4) return !is_low && !is_high && value <= 0x10FFFF;
  if (has_high_surrogate_ != is_low) return false;
  has_high_surrogate_ = is_high;
  return true;
}

}  // namespace holdall::attachment
