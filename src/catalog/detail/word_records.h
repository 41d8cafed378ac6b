#pragma once
// The words of a page as bytes on disk: records of kWordRecordSize bytes, one a word, all numbers little-endian.
//
//   0  begin, 4 bytes       6  left, top, right, bottom, 2 bytes each
//   4  length, 2 bytes     14  confidence, 1 byte; 255: none
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/texts.h"

namespace holdall::catalog::detail {

inline constexpr std::size_t kWordRecordSize = 15;

std::string encode_words(std::span<const Word> words);
/// Corrupt when these are not whole records, or a word does not stand in a text of `text_size` bytes.
Result<std::vector<Word>> decode_words(std::string_view records, std::size_t text_size);

}  // namespace holdall::catalog::detail
