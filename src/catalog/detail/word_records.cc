#include "catalog/detail/word_records.h"

#include <cstdint>

namespace holdall::catalog::detail {
namespace {

constexpr std::uint8_t kNoConfidence = 255;
constexpr std::uint8_t kMostConfidence = 100;

void put(std::string& out, std::uint32_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i)
    out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint32_t get(std::string_view record, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value |= std::uint32_t{static_cast<std::uint8_t>(record[at + i])} << (8 * i);
  return value;
}

Word decode_word(std::string_view record) {
  const auto number = [record](std::size_t at) { return static_cast<std::uint16_t>(get(record, at, 2)); };
  Word word{.begin = get(record, 0, 4),
            .length = number(4),
            .left = number(6),
            .top = number(8),
            .right = number(10),
            .bottom = number(12)};
  const auto confidence = static_cast<std::uint8_t>(record[14]);
  if (confidence <= kMostConfidence) word.confidence = confidence;
  return word;
}

Failure damaged() {
  return fail(ErrorKind::Corrupt, {}, "The catalog is damaged; the operator has to look at it.",
              "the words of a page are no records of words of its text");
}

}  // namespace

std::string encode_words(std::span<const Word> words) {
  std::string records;
  records.reserve(words.size() * kWordRecordSize);
  for (const Word& word : words) {
    put(records, word.begin, 4);
    for (const std::uint16_t number : {word.length, word.left, word.top, word.right, word.bottom})
      put(records, number, 2);
    put(records, word.confidence.value_or(kNoConfidence), 1);
  }
  return records;
}

Result<std::vector<Word>> decode_words(std::string_view records, std::size_t text_size) {
  if (records.size() % kWordRecordSize != 0) return damaged();
  std::vector<Word> words;
  words.reserve(records.size() / kWordRecordSize);
  for (; !records.empty(); records.remove_prefix(kWordRecordSize)) {
    const Word word = decode_word(records);
    if (std::uint64_t{word.begin} + word.length > text_size) return damaged();
    words.push_back(word);
  }
  return words;
}

}  // namespace holdall::catalog::detail
