#include "http/content_digest.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace holdall::http {
namespace {

/// RFC 9530 appendix D: the digest of {"hello": "world"} and a line feed.
constexpr std::string_view kField = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

TEST(DigestField, IsWrittenAsInTheRfc) {
  EXPECT_EQ(digest_field(sha256(as_bytes("{\"hello\": \"world\"}\n"))), kField);
}

TEST(DigestField, IsReadBack) {
  const auto digest = sha256(as_bytes("{\"hello\": \"world\"}\n"));
  const std::string others = "sha-512=:AAAA:, md5=::";
  for (const auto& field : {std::string(kField), " " + std::string(kField) + "\t",
                            others + " ,\t" + std::string(kField), std::string(kField) + "," + others}) {
    const auto result = parse_digest_field(field);
    ASSERT_TRUE(result.has_value()) << field;
    EXPECT_EQ(*result, digest) << field;
  }
}

TEST(DigestField, MayNameOtherAlgorithmsOnly) {
  const auto result = parse_digest_field("sha-512=:AAAA:, unixsum=:AA==:");
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->has_value());
}

TEST(DigestField, IsRefusedWhenItIsNone) {
  const std::string good(kField);
  for (const auto& field : {std::string(), std::string("sha-256"), std::string("sha-256="), std::string("sha-256=:"),
                            std::string("sha-256=::"), std::string("sha-256=:AAAA:"),
                            std::string("sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
                            std::string("SHA-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"),
                            std::string("sha-256=:RK_0qy18MlBSVnWgjwz6lZEWjP_lF5HF9bvEF8FabDg=:"),
                            std::string("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:"),
                            std::string("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDh=:"),
                            std::string("sha-256=:RK/0 qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"), good + "," + good,
                            good + ",", "," + good, good + " x", good + ";a=b", std::string("sha-512=AAAA, ") + good}) {
    const auto result = parse_digest_field(field);
    ASSERT_FALSE(result.has_value()) << field;
    EXPECT_EQ(result.error().code, "bad-digest") << field;
  }
}

}  // namespace
}  // namespace holdall::http
