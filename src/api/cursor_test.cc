#include "api/cursor.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::api {
namespace {

constexpr catalog::Sort kNewest{catalog::SortField::CreatedAt, true};
constexpr catalog::Sort kByName{catalog::SortField::Filename, false};

TEST(Cursor, ComesBackAsItWasMade) {
  const catalog::PagePosition position{-5, "a:b:c \u00fc.txt", AttachmentId{42}};
  const auto decoded = decode_cursor(encode_cursor(kByName, position), kByName);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->number, -5);
  EXPECT_EQ(decoded->text, "a:b:c \u00fc.txt");
  EXPECT_EQ(decoded->id.value, 42);
}

TEST(Cursor, HoldsForItsOwnSortOnly) {
  const std::string cursor = encode_cursor(kNewest, {1, {}, AttachmentId{2}});
  EXPECT_TRUE(decode_cursor(cursor, kNewest));
  EXPECT_FALSE(decode_cursor(cursor, kByName));
  EXPECT_FALSE(decode_cursor(cursor, {catalog::SortField::CreatedAt, false}));
}

TEST(Cursor, RefusesWhatItDidNotMake) {
  const auto made = [](std::string_view text) { return to_base64url(as_bytes(text)); };
  for (const std::string& text : {std::string(), std::string("!"), std::string("AAAA"), made("1:0d:1"),
                                  made("1:0d:1:2"), made("2:0d:1:2:"), made("1:0d:x:2:"), made("1:0d:1: 2:"),
                                  made("1:0d:99999999999999999999:2:"), made("1:0d:1:2:\xff"), std::string(5000, 'A')})
    EXPECT_FALSE(decode_cursor(text, kNewest)) << text;
  EXPECT_TRUE(decode_cursor(made("1:0d:1:2:"), kNewest));
}

}  // namespace
}  // namespace holdall::api
