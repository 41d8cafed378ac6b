#include "attachment/text_check.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_view_literals;

bool is_text(std::string_view bytes, std::size_t piece) {
  TextCheck check;
  for (std::size_t i = 0; i < bytes.size(); i += piece)
    check.feed(as_bytes(bytes.substr(i, piece)));
  return check.finish();
}

struct Row {
  std::string_view bytes;
  bool is_text;
};

TEST(TextCheck, JudgesAlikeInPiecesOfAnySize) {
  const Row table[] = {
      {""sv, true},
      {"a"sv, true},
      {"tab\tline\nfeed\fescape\x1B[0mreturn\r\n"sv, true},
      {"UTF-8: été 文書 🙂"sv, true},
      {"\xEF\xBB\xBFwith a mark"sv, true},
      {"Latin-1: \xE9t\xE9 \x80\x9F\xFF"sv, true},
      {"cut UTF-8 \xE6\x96"sv, true},
      {"del \x7F"sv, true},
      {"nul \0"sv, false},
      {"\x01"sv, false},
      {"bell \x07"sv, false},
      {"vertical tab \x0B"sv, false},
      {"\x0E"sv, false},
      {"end of DOS text \x1A"sv, false},
      {"\x1C"sv, false},
      {"\x1F"sv, false},
      // UTF-16
      {"\xFF\xFE"sv, true},
      {"\xFE\xFF"sv, true},
      {"\xFF\xFEh\0i\0\n\0"sv, true},
      {"\xFE\xFF\0h\0i"sv, true},
      {"\xFF\xFE\x3D\xD8\x42\xDE"sv, true},           // a pair of surrogates
      {"\xFF\xFE\x42\xDE"sv, false},                  // the second alone
      {"\xFF\xFE\x3D\xD8"sv, false},                  // the first at the end
      {"\xFF\xFE\x3D\xD8h\0"sv, false},               // the first before a letter
      {"\xFF\xFE\x3D\xD8\x3D\xD8\x42\xDE"sv, false},  // the first twice
      {"\xFF\xFEh\0i"sv, false},                      // half a character
      {"\xFF\xFEh\0\x07\0"sv, false},
      {"\xFF\xFEh\0\0\0"sv, false},
      {"h\0i\0"sv, false},  // no mark
      // UTF-32
      {"\xFF\xFE\0\0"sv, true},
      {"\xFF\xFE\0\0h\0\0\0"sv, true},
      {"\0\0\xFE\xFF\0\0\0h"sv, true},
      {"\0\0\xFE\xFF\0\0\0"sv, false},
      {"\0\0\xFE\xFF\0\x11\0\0"sv, false},  // above U+10FFFF
      {"\0\0\xFE\xFF\0\0\xD8\0"sv, false},  // a surrogate
      {"\0\0\xFE\xFF\0\0\0\x01"sv, false},
      {"\0\0\xFE"sv, false},
  };
  for (const Row& row : table) {
    for (const std::size_t piece : {1, 2, 3, 5, 7, 64, 4096}) {
      EXPECT_EQ(is_text(row.bytes, piece), row.is_text) << to_hex(as_bytes(row.bytes)) << " in pieces of " << piece;
    }
  }
}

TEST(TextCheck, FindsABinaryByteAtEveryPlaceOfALongText) {
  for (std::size_t at = 0; at < 200; ++at) {
    std::string text(200, 'a');
    EXPECT_TRUE(is_text(text, 131));
    text[at] = '\x02';
    EXPECT_FALSE(is_text(text, 131)) << at;
    EXPECT_FALSE(is_text(text, 200)) << at;
  }
}

TEST(TextCheck, TellsEveryBinaryByteFromEveryOther) {
  for (unsigned value = 0; value < 256; ++value) {
    const bool is_binary =
        value < 0x20 && value != '\t' && value != '\n' && value != '\f' && value != '\r' && value != 0x1B;
    for (const std::size_t size : {5, 64}) {
      EXPECT_EQ(is_text("abcd" + std::string(size - 4, static_cast<char>(value)), size), !is_binary) << value;
    }
  }
}

TEST(TextCheck, StaysRefused) {
  TextCheck check;
  EXPECT_FALSE(check.feed(as_bytes("abcd\0"sv)));
  EXPECT_FALSE(check.feed(as_bytes("good text"sv)));
  EXPECT_FALSE(check.finish());
}

}  // namespace
}  // namespace holdall::attachment
