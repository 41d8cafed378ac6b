#include "auth/token_cache.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace holdall::auth {
namespace {

using std::chrono::seconds;

const Timestamp kNow = from_micros(1'700'000'000'000'000);

Principal somebody(std::string subject = "7") { return {std::move(subject), Scopes{Scope::Read}, kNow + seconds(60)}; }

Sha256Digest digest(int number) { return TokenCache::digest_of("token " + std::to_string(number)); }

TEST(TokenCache, DigestIsSha256) {
  EXPECT_EQ(to_hex(TokenCache::digest_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(TokenCache::digest_of(""), sha256({}));
}

TEST(TokenCache, GivesBackWhatItWasGiven) {
  TokenCache cache(4096);
  EXPECT_FALSE(cache.find(digest(1), 0, kNow));
  cache.insert(digest(1), 0, somebody("seven"), kNow);
  const auto found = cache.find(digest(1), 0, kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, "seven");
  EXPECT_EQ(found->scopes, Scopes{Scope::Read});
  EXPECT_EQ(found->expires_at, kNow + seconds(60));
  EXPECT_FALSE(cache.find(digest(2), 0, kNow));
}

TEST(TokenCache, NeverOutlivesTheExpiryNorPrecedesTheBegin) {
  TokenCache cache(4096);
  const std::chrono::microseconds tick(1);
  cache.insert(digest(1), 0, somebody(), kNow);
  EXPECT_TRUE(cache.find(digest(1), 0, kNow + seconds(60) - tick));
  EXPECT_FALSE(cache.find(digest(1), 0, kNow + seconds(60)));
  EXPECT_FALSE(cache.find(digest(1), 0, kNow + seconds(61)));
  EXPECT_FALSE(cache.find(digest(1), 0, kNow - tick)) << "a clock that was set back";
}

TEST(TokenCache, ForgetsAllWhenTheKeysChange) {
  TokenCache cache(4096);
  cache.insert(digest(1), 5, somebody(), kNow);
  EXPECT_TRUE(cache.find(digest(1), 5, kNow));
  EXPECT_FALSE(cache.find(digest(1), 6, kNow));
  cache.insert(digest(1), 6, somebody("8"), kNow);
  EXPECT_EQ(cache.find(digest(1), 6, kNow)->subject, "8");
  EXPECT_FALSE(cache.find(digest(1), 5, kNow));
}

TEST(TokenCache, KeepsNoMoreThanItsSize) {
  TokenCache cache(64);
  for (int i = 0; i < 10'000; ++i)
    cache.insert(digest(i), 0, somebody(), kNow);
  int kept = 0;
  for (int i = 0; i < 10'000; ++i)
    kept += cache.find(digest(i), 0, kNow) ? 1 : 0;
  EXPECT_EQ(kept, 64);
}

TEST(TokenCache, KeepsWhatIsAskedForMost) {
  TokenCache cache(64);
  cache.insert(digest(0), 0, somebody(), kNow);
  for (int i = 1; i < 10'000; ++i) {
    cache.insert(digest(i), 0, somebody(), kNow);
    ASSERT_TRUE(cache.find(digest(0), 0, kNow)) << i;
  }
}

TEST(TokenCache, OfSizeZeroRemembersNothing) {
  TokenCache cache(0);
  cache.insert(digest(1), 0, somebody(), kNow);
  EXPECT_FALSE(cache.find(digest(1), 0, kNow));
}

TEST(TokenCache, IsUsedByManyThreadsAtOnce) {
  TokenCache cache(128);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5'000; ++i) {
          const int number = i % 300;
          const std::string subject = "a subject that does not fit into the string itself " + std::to_string(number);
          if (const auto found = cache.find(digest(number), 0, kNow)) {
            wrong += found->subject != subject ? 1 : 0;
          } else {
            cache.insert(digest(number), 0, somebody(subject), kNow);
          }
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace holdall::auth
