#pragma once
// Whether bytes are text, told from all of them.
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall::attachment {

/// Judges a stream as text, piece by piece: no bytes that text never has (WHATWG MIME Sniffing, "binary data byte");
/// UTF-16 and UTF-32 only behind their byte order mark and well-formed. UTF-8 and the 8-bit encodings pass alike: which
/// of them a text is in, its reader finds out. Linear; keeps at most 4 bytes.
class TextCheck {
 public:
  /// False as soon as it cannot be text; stays false.
  bool feed(std::span<const std::byte> bytes);
  bool finish();  ///< false when it ended in the middle of a UTF-16 or UTF-32 character

 private:
  enum class Encoding : std::uint8_t { Undecided, EightBit, Utf16Le, Utf16Be, Utf32Le, Utf32Be };

  bool decide();
  bool feed_decided(std::span<const std::byte> bytes);
  bool feed_wide(std::span<const std::byte> bytes);
  bool judge_unit(const std::byte* unit);
  std::size_t unit_size() const;

  Encoding encoding_ = Encoding::Undecided;
  std::byte carry_[4] = {};  ///< bytes before the encoding is known, later those of an unfinished unit
  std::uint8_t carried_ = 0;
  bool is_text_ = true;
  bool has_high_surrogate_ = false;
};

}  // namespace holdall::attachment
