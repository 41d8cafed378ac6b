#include "blob/local/journal/frame.h"

#include <cstring>
#include <functional>
#include <string_view>

#include <gtest/gtest.h>

#include "blob/local/journal/crc32c.h"

namespace holdall::blob::local {
namespace {

std::vector<Record> two_records() {
  Record blob{RecordKind::Blob, "7/2026/11/22/175010_k3v9q0x2m4t7", 5000, from_micros(1'795'369'810'812'331), {}};
  blob.sha256.bytes.fill(std::byte{0xab});
  Record tombstone{RecordKind::Tombstone, "7/a", 0, from_micros(0), {}};
  return {blob, tombstone};
}

Life some_life() {
  Life life;
  life.id.fill(std::byte{0x5a});
  life.sequence = 42;
  return life;
}

std::optional<std::vector<Record>> parse(std::span<const std::byte> bytes) {
  const auto head = parse_fixed_head(bytes);
  if (!head || head->head_length > bytes.size()) return std::nullopt;
  return parse_records(*head, bytes.first(head->head_length));
}

TEST(Crc32c, GivesThePublishedValues) {
  // RFC 3720 appendix B.4, and the check value of the catalogue of CRC algorithms.
  EXPECT_EQ(crc32c(std::as_bytes(std::span(std::string_view("123456789")))), 0xe3069283u);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0})), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43u);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(JournalFrame, ComesBackAsItWasWritten) {
  const auto records = two_records();
  const auto bytes = encode_head(some_life(), 3, records);
  const auto head = parse_fixed_head(bytes);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->life, some_life());
  EXPECT_EQ(head->number, 3u);
  EXPECT_EQ(head->record_count, 2u);
  EXPECT_EQ(head->head_length, bytes.size());
  EXPECT_EQ(head->frame_length, 8192u);  // 224 bytes of head and 5000 of payload
  const auto parsed = parse(bytes);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 2u);
  EXPECT_EQ((*parsed)[0].kind, RecordKind::Blob);
  EXPECT_EQ((*parsed)[0].key, records[0].key);
  EXPECT_EQ((*parsed)[0].size, 5000u);
  EXPECT_EQ((*parsed)[0].written_at, records[0].written_at);
  EXPECT_EQ((*parsed)[0].sha256, records[0].sha256);
  EXPECT_EQ((*parsed)[1].kind, RecordKind::Tombstone);
  EXPECT_EQ((*parsed)[1].key, "7/a");
}

TEST(JournalFrame, EndsAtABlock) {
  EXPECT_EQ(frame_length(64, 0), 4096u);
  EXPECT_EQ(frame_length(4096, 0), 4096u);
  EXPECT_EQ(frame_length(4096, 1), 8192u);
}

TEST(JournalFrame, IsRefusedWhenAnyBitOfItsHeadIsWrong) {
  const auto bytes = encode_head(some_life(), 0, two_records());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[at] ^= static_cast<std::byte>(1 << bit);
      EXPECT_FALSE(parse(damaged)) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(JournalFrame, IsRefusedWhenItIsCutShort) {
  const auto bytes = encode_head(some_life(), 0, two_records());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(parse(std::span(bytes).first(length))) << length;
  }
}

// What a stranger could put into a blob: right checksums over wrong contents.
TEST(JournalFrame, IsRefusedWhenItsFieldsLieUnderARightChecksum) {
  struct Case {
    std::string_view name;
    std::function<void(std::vector<std::byte>&)> forge;
  };
  const auto set32 = [](std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  };
  const Case cases[] = {
      {"no records", [&](auto& b) { set32(b, 44, 0); }},
      {"more records than there are", [&](auto& b) { set32(b, 44, 3); }},
      {"fewer records than there are", [&](auto& b) { set32(b, 44, 1); }},
      {"a million records", [&](auto& b) { set32(b, 44, 1'000'000); }},
      {"a head shorter than its fixed part", [&](auto& b) { set32(b, 40, 63); }},
      {"an endless head", [&](auto& b) { set32(b, 40, 0xffffffff); }},
      {"a frame that ends within a block", [&](auto& b) { set32(b, 32, 8191); }},
      {"a frame of no length", [&](auto& b) { set32(b, 32, 0); }},
      {"an endless frame", [&](auto& b) { set32(b, 36, 0xffffffff); }},
      {"a frame longer than its records", [&](auto& b) { set32(b, 32, 12'288); }},
      {"an unknown kind", [](auto& b) { b[64] = std::byte{3}; }},
      {"a key past the end", [](auto& b) { b[65] = std::byte{255}; }},
      {"a key that climbs", [](auto& b) { b[64 + 56] = b[64 + 57] = std::byte{'.'}; }},
      {"an empty key", [](auto& b) { b[65] = std::byte{0}; }},
      {"a payload larger than a small blob", [&](auto& b) { set32(b, 68, 65'537); }},
      {"a tombstone with a payload", [&](auto& b) { b[64] = std::byte{2}; }},
  };
  for (const Case& c : cases) {
    auto bytes = encode_head(some_life(), 0, two_records());
    c.forge(bytes);
    const std::uint32_t checksum = crc32c(std::span(bytes).subspan(8));
    std::memcpy(bytes.data() + 4, &checksum, sizeof checksum);
    EXPECT_FALSE(parse(bytes)) << c.name;
  }
}

}  // namespace
}  // namespace holdall::blob::local
