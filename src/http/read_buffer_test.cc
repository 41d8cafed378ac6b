#include "http/read_buffer.h"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::http {
namespace {

void fill_with(ReadBuffer& buffer, std::string_view text) {
  const auto room = buffer.room();
  ASSERT_GE(room.size(), text.size());
  std::ranges::copy(as_bytes(text), room.begin());
  buffer.added(text.size());
}

TEST(ReadBuffer, HoldsNothingBeforeItsFirstRead) {
  ReadBuffer buffer;
  EXPECT_TRUE(buffer.is_empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(ReadBuffer, StaysSmallWhileReadsDoNotFillIt) {
  ReadBuffer buffer;
  for (int i = 0; i < 100; ++i) {
    fill_with(buffer, "hello");
    buffer.consume(5);
  }
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kSmallest);
}

TEST(ReadBuffer, StaysSmallWhileItIsFilledWithManyRequests) {
  ReadBuffer buffer;
  for (int i = 0; i < 8; ++i) {
    const std::size_t size = buffer.room().size();
    buffer.added(size);
    buffer.consume(size);
  }
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kSmallest);
}

TEST(ReadBuffer, GrowsToItsLargestWhileABodyFillsIt) {
  ReadBuffer buffer;
  for (int i = 0; i < 8; ++i) {
    const std::size_t size = buffer.room_for_body().size();
    buffer.added(size);
    buffer.consume(size);
  }
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kLargest);
  buffer.shrink();
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kSmallest);
}

void receive(ReadBuffer& buffer, std::size_t most) {
  const std::size_t count = std::min(buffer.room_for_body().size(), most);
  buffer.added(count);
  buffer.consume(count);
}

TEST(ReadBuffer, IsSmallAgainWhenTheClientPauses) {
  ReadBuffer buffer;
  for (const std::size_t most : {8, 32, 20})
    receive(buffer, most * 1024);
  static_cast<void>(buffer.room_for_body());  // waits for what comes after a burst of 60 KiB
  EXPECT_LE(buffer.capacity(), 32U * 1024);
}

TEST(ReadBuffer, StaysLargeWhileReadsTakeAGoodPart) {
  ReadBuffer buffer;
  for (int i = 0; i < 10; ++i)
    receive(buffer, ReadBuffer::kLargest);
  for (int i = 0; i < 10; ++i)
    receive(buffer, 100 * 1024);
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kLargest);
}

TEST(ReadBuffer, KeepsUnreadBytesWhenItMovesAndGrows) {
  ReadBuffer buffer;
  fill_with(buffer, std::string(ReadBuffer::kSmallest - 3, 'a') + "xyz");
  buffer.consume(ReadBuffer::kSmallest - 3);
  EXPECT_EQ(as_text(buffer.bytes()), "xyz");
  fill_with(buffer, "more");
  EXPECT_EQ(as_text(buffer.bytes()), "xyzmore");
  buffer.shrink();
  EXPECT_EQ(as_text(buffer.bytes()), "xyzmore");
}

TEST(ReadBuffer, MakesRoomBehindALineThatFillsIt) {
  ReadBuffer buffer;
  fill_with(buffer, std::string(ReadBuffer::kSmallest, 'a'));
  EXPECT_GE(buffer.room().size(), 1U);
  EXPECT_EQ(buffer.bytes().size(), ReadBuffer::kSmallest);
}

}  // namespace
}  // namespace holdall::http
