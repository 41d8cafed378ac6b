#include "base/sha256.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall {
namespace {

struct Vector {
  std::string message;
  std::string_view digest;
};

// FIPS 180-4 examples (and the empty message).
const Vector kVectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

TEST(Sha256, GivesThePublishedDigests) {
  for (const auto& [message, digest] : kVectors)
    EXPECT_EQ(to_hex(sha256(as_bytes(message))), digest);
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreCut) {
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 4096U}) {
    Sha256 hash;
    std::string_view rest = kVectors[3].message;
    while (!rest.empty()) {
      hash.update(as_bytes(rest.substr(0, piece)));
      rest.remove_prefix(std::min(piece, rest.size()));
    }
    EXPECT_EQ(to_hex(hash.finish()), kVectors[3].digest) << piece;
  }
}

TEST(Sha256, MovesWithWhatItHasSeen) {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second = std::move(first);
  second.update(as_bytes("c"));
  EXPECT_EQ(to_hex(second.finish()), kVectors[1].digest);
}

TEST(Sha256Digest, IsReadBackFromHex) {
  const auto digest = parse_sha256("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
  ASSERT_TRUE(digest.has_value());
  EXPECT_EQ(*digest, sha256(as_bytes("abc")));
}

TEST(Sha256Digest, RefusesTheWrongLengthAndForeignCharacters) {
  const std::string good(kVectors[1].digest);
  EXPECT_EQ(parse_sha256(""), std::nullopt);
  EXPECT_EQ(parse_sha256(good.substr(2)), std::nullopt);
  EXPECT_EQ(parse_sha256(good + "00"), std::nullopt);
  EXPECT_EQ(parse_sha256(good.substr(0, 63) + "g"), std::nullopt);
  EXPECT_EQ(parse_sha256(good.substr(0, 63) + std::string(1, '\0')), std::nullopt);
}

}  // namespace
}  // namespace holdall
