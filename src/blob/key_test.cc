#include "blob/key.h"

#include <set>

#include <gtest/gtest.h>

namespace holdall::blob {
namespace {

constexpr Timestamp kMoment =
    Timestamp(std::chrono::microseconds(1'795'369'810'812'331));  // 2026-11-22T17:50:10.812331Z

TEST(BlobKey, IsMadeFromOwnerMomentAndRandomness) {
  const Key key = Key::make(UserId{7}, kMoment);
  EXPECT_EQ(key.text().substr(0, 20), "7/2026/11/22/175010_");
  EXPECT_EQ(key.text().size(), 32u);
  EXPECT_TRUE(Key::parse(key.text()));
}

TEST(BlobKey, IsNeverHandedOutTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i)
    seen.insert(Key::make(UserId{7}, kMoment).text());
  EXPECT_EQ(seen.size(), 10'000u);
}

TEST(BlobKey, TakesOnlyNamesThatStayInTheFolder) {
  struct Case {
    std::string text;
    bool valid;
  };
  const Case cases[] = {
      {"7/2026/11/22/175010_k3v9q0x2m4t7", true},
      {"a", true},
      {"a.b", true},
      {"a..b", true},
      {"-a_", true},
      {"1/2/3/4/5/6/7/8", true},
      {std::string(200, 'a'), true},
      {"", false},
      {"/", false},
      {"/a", false},
      {"a/", false},
      {"a//b", false},
      {".", false},
      {"..", false},
      {"../a", false},
      {"a/../b", false},
      {"a/.hidden", false},
      {"A", false},
      {"a b", false},
      {"a\\b", false},
      {"a%2fb", false},
      {std::string("a\0b", 3), false},
      {"\xc3\xa4", false},
      {"1/2/3/4/5/6/7/8/9", false},
      {std::string(201, 'a'), false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Key::parse(c.text).has_value(), c.valid) << c.text;
}

TEST(BlobKey, KeepsItsText) { EXPECT_EQ(Key::parse("7/a")->text(), "7/a"); }

}  // namespace
}  // namespace holdall::blob
