#include "catalog/detail/tokenizer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

namespace holdall::catalog::detail {
namespace {

constexpr std::size_t kLongestDecomposition = 18;  // in UTF-16 units, of U+FDFA; Unicode promises that none gets longer
constexpr std::size_t kLongestFolding = 3;         // in characters, by the same promise
constexpr UChar32 kFirstWithoutSpaces = 0x0E00;    // Thai; all below put spaces between words

constexpr UScriptCode kScriptsWithoutSpaces[] = {USCRIPT_HAN,  USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
                                                 USCRIPT_THAI, USCRIPT_LAO,      USCRIPT_KHMER,    USCRIPT_MYANMAR};

/// Of ASCII: a letter or digit in lower case, or zero.
constexpr auto kAsciiLetters = [] {
  std::array<char, 128> letters{};
  for (char c = '0'; c <= '9'; ++c)
    letters[static_cast<std::size_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    letters[static_cast<std::size_t>(c)] = c;
    letters[static_cast<std::size_t>(c - 'a' + 'A')] = c;
  }
  return letters;
}();

bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }
bool is_letter(UChar32 c) { return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_CO_MASK)) != 0; }
bool is_unseen(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0; }
bool is_hangul_syllable(UChar32 c) { return c >= 0xAC00 && c <= 0xD7A3; }

// By script extensions: the mark of long vowels, U+30FC, is as much Hiragana as Katakana.
bool is_word_by_itself(UChar32 c) {
  return c >= kFirstWithoutSpaces &&
         std::ranges::any_of(kScriptsWithoutSpaces, [c](UScriptCode script) { return uscript_hasScript(c, script); });
}

const UNormalizer2& compatibility_decomposition() {
  static const UNormalizer2* const nfkd = [] {
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* instance = unorm2_getNFKDInstance(&error);
    if (U_FAILURE(error)) throw std::runtime_error("ICU has no data for normalization");
    return instance;
  }();
  return *nfkd;
}

class WordBuilder {
 public:
  explicit WordBuilder(const TokenSink& sink) : sink_(sink) {}

  void add_ascii(char letter, std::size_t at) {
    begin_letter(at, at + 1);
    append({&letter, 1});
  }

  /// One character of the text, which stands from `begin` to `end`.
  void add(UChar32 c, std::size_t begin, std::size_t end) {
    if (is_mark(c) || is_unseen(c)) return extend(end);
    if (!is_letter(c)) return finish();
    std::array<UChar, kLongestDecomposition> parts;
    UErrorCode error = U_ZERO_ERROR;
    const int32_t size = is_hangul_syllable(c) ? -1
                                               : unorm2_getDecomposition(&compatibility_decomposition(), c,
                                                                         parts.data(), parts.size(), &error);
    if (size < 0 || U_FAILURE(error)) return add_part(c, begin, end);
    for (int32_t at = 0; at < size;) {
      UChar32 part = 0;
      U16_NEXT(parts.data(), at, size, part);
      add_part(part, begin, end);
    }
  }

  void finish() {
    if (!is_open_) return;
    is_open_ = false;
    sink_({.text = {text_.data(), size_}, .begin = begin_, .end = end_});
  }

 private:
  /// What cannot be taken apart any further. Not all of a letter is letters: "½" is 1 and 2 with a stroke between them.
  void add_part(UChar32 c, std::size_t begin, std::size_t end) {
    if (is_mark(c) || is_unseen(c)) return extend(end);
    if (!is_letter(c)) return finish();
    const bool is_alone = is_word_by_itself(c);
    if (is_alone) finish();
    begin_letter(begin, end);
    append_folded(c);
    is_complete_ = is_alone;
  }

  void begin_letter(std::size_t begin, std::size_t end) {
    if (is_open_ && is_complete_) finish();
    if (!is_open_) {
      begin_ = begin;
      size_ = 0;
      is_open_ = true;
      is_cut_ = is_complete_ = false;
    }
    end_ = end;
  }

  void extend(std::size_t end) {
    if (is_open_) end_ = end;
  }

  void append_folded(UChar32 c) {
    std::array<UChar, 2> letter;
    std::array<UChar, 2 * kLongestFolding> folded;
    int32_t length = 0;
    U16_APPEND_UNSAFE(letter.data(), length, c);
    UErrorCode error = U_ZERO_ERROR;
    const int32_t size =
        u_strFoldCase(folded.data(), folded.size(), letter.data(), length, U_FOLD_CASE_DEFAULT, &error);
    if (U_FAILURE(error)) return;
    for (int32_t at = 0; at < size;) {
      UChar32 part = 0;
      U16_NEXT(folded.data(), at, size, part);
      std::array<char, U8_MAX_LENGTH> bytes;
      std::size_t count = 0;
      U8_APPEND_UNSAFE(bytes.data(), count, part);
      append({bytes.data(), count});
    }
  }

  // What comes after a letter that had no room is dropped too: what is kept is the beginning of the word.
  void append(std::string_view letter) {
    is_cut_ = is_cut_ || size_ + letter.size() > kLongestToken;
    if (is_cut_) return;
    std::memcpy(text_.data() + size_, letter.data(), letter.size());
    size_ += letter.size();
  }

  const TokenSink& sink_;
  std::array<char, kLongestToken> text_;
  std::size_t size_ = 0, begin_ = 0, end_ = 0;
  bool is_open_ = false;
  bool is_complete_ = false;  ///< no letter is added to it, only marks
  bool is_cut_ = false;
};

}  // namespace

void tokenize(std::string_view utf8, const TokenSink& sink) {
  WordBuilder word(sink);
  for (std::size_t at = 0; at < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[at]);
    if (U8_IS_SINGLE(byte)) {
      const char letter = kAsciiLetters[byte];
      letter != 0 ? word.add_ascii(letter, at) : word.finish();
      ++at;
      continue;
    }
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(utf8.data(), at, utf8.size(), c);
    c >= 0 ? word.add(c, begin, at) : word.finish();
  }
  word.finish();
}

}  // namespace holdall::catalog::detail
