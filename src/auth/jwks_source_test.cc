#include "auth/jwks_source.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "auth/testing/key_server.h"
#include "auth/testing/token_maker.h"
#include "auth/token_verifier.h"
#include "auth/url_key_loader.h"
#include "io/sync_wait.h"

namespace holdall::auth {
namespace {

using namespace std::chrono_literals;
using testing::KeyServer;
using testing::TokenMaker;

/// Gives what the test puts in; waits while it is held.
class ScriptedLoader final : public KeyLoader {
 public:
  struct Script {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Result<std::optional<LoadedKeys>>> results;  // the last one stays
    bool is_held = false;
    int loads = 0;

    void then(Result<std::optional<LoadedKeys>> result) {
      const std::lock_guard lock(mutex);
      results.push_back(std::move(result));
    }
    void hold(bool value) {
      const std::lock_guard lock(mutex);
      is_held = value;
      changed.notify_all();
    }
    bool wait_for_loads(int count) {
      std::unique_lock lock(mutex);
      return changed.wait_for(lock, 10s, [&] { return loads >= count; });
    }
    int count() {
      const std::lock_guard lock(mutex);
      return loads;
    }
  };

  explicit ScriptedLoader(Script& script) : script_(script) {}

  Result<std::optional<LoadedKeys>> load(std::stop_token) override {
    std::unique_lock lock(script_.mutex);
    ++script_.loads;
    script_.changed.notify_all();
    script_.changed.wait(lock, [&] { return !script_.is_held; });
    if (script_.results.size() == 1) return script_.results.front();
    auto result = std::move(script_.results.front());
    script_.results.pop_front();
    return result;
  }
  std::string name() const override { return "the script"; }

 private:
  Script& script_;
};

LoadedKeys keys_of(const std::string& id) {
  LoadedKeys out;
  out.keys.keys.push_back(Key::from_secret(std::string(32, 's'), Algorithm::HS256, id).value());
  return out;
}

Result<std::optional<LoadedKeys>> away() { return fail(ErrorKind::Unavailable, "away", "The script is away."); }

/// Keeps what was reported; from any thread.
class Reports {
 public:
  Report report() {
    return [this](const std::string& sentence) {
      const std::lock_guard lock(mutex_);
      sentences_.push_back(sentence);
      changed_.notify_all();
    };
  }
  bool wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] {
      return std::ranges::any_of(sentences_, [&](const std::string& s) { return s.find(part) != s.npos; });
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> sentences_;
};

class Source : public ::testing::Test {
 protected:
  std::unique_ptr<JwksSource> make(RefreshTimes times = {}) {
    return std::make_unique<JwksSource>(std::make_unique<ScriptedLoader>(script), times, reports.report());
  }

  static bool refresh(JwksSource& source, Deadline deadline = Deadline::max()) {
    Context context;
    context.deadline = deadline;
    const auto wait = [](JwksSource& s, const Context& c) -> io::Task<Result<bool>> {
      co_return co_await s.refresh(c);
    };
    return io::sync_wait(wait(source, context)).value();
  }

  static std::string first_id(const JwksSource& source) {
    const SharedKeys keys = source.keys();
    return keys ? keys->keys.at(0).id() : "none";
  }

  ScriptedLoader::Script script;
  Reports reports;
};

TEST_F(Source, LoadsAtTheStartAndTellsWhatFails) {
  script.then(away());
  EXPECT_FALSE(make()->load_first());
  script.results.clear();
  script.then(keys_of("1"));
  const auto source = make();
  EXPECT_EQ(first_id(*source), "none");
  ASSERT_TRUE(source->load_first());
  EXPECT_EQ(first_id(*source), "1");
  EXPECT_EQ(source->generation(), 1U);
  EXPECT_FALSE(refresh(*source)) << "nothing happens before start()";
}

TEST_F(Source, LoadsInTheBackgroundWithoutBeingAsked) {
  script.then(keys_of("1"));
  script.then(std::nullopt);
  script.then(keys_of("2"));
  const auto source = make({.shortest = 1ms, .longest = 1ms, .usual = 1ms});
  source->start();
  ASSERT_TRUE(script.wait_for_loads(4));
  EXPECT_EQ(first_id(*source), "2");
  EXPECT_GE(source->generation(), 2U);
}

TEST_F(Source, KeepsItsGenerationWhileNothingChanges) {
  script.then(keys_of("1"));
  script.then(std::nullopt);
  const auto source = make({.shortest = 1ms, .longest = 1ms, .usual = 1ms});
  source->start();
  ASSERT_TRUE(script.wait_for_loads(5));
  EXPECT_EQ(source->generation(), 1U);
  EXPECT_EQ(first_id(*source), "1");
}

TEST_F(Source, LoadsOnceForAllWhoAskAtTheSameTime) {
  script.then(keys_of("1"));
  script.then(keys_of("2"));
  const auto source = make({.between_demands = 0ms});
  ASSERT_TRUE(source->load_first());
  script.hold(true);
  source->start();
  boost::asio::io_context io(1);
  const Context context;
  int answered = 0;
  const auto ask = [](JwksSource& s, const Context& c, int& count) -> io::Task<> {
    if (co_await s.refresh(c)) ++count;
  };
  const auto rethrow = [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  };
  for (int i = 0; i < 50; ++i)
    boost::asio::co_spawn(io, ask(*source, context, answered), rethrow);
  io.poll();
  EXPECT_EQ(answered, 0);
  ASSERT_TRUE(script.wait_for_loads(2));
  script.hold(false);
  io.run();
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(script.count(), 2) << "one at the start, one for all";
  EXPECT_EQ(first_id(*source), "2");
}

TEST_F(Source, LoadsOnDemandOnceInThirtySecondsAndNoMore) {
  script.then(keys_of("1"));
  const auto source = make();
  ASSERT_TRUE(source->load_first());
  source->start();
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(refresh(*source));
  EXPECT_EQ(script.count(), 1);
}

TEST_F(Source, WaitsNoLongerThanTheDeadline) {
  script.then(keys_of("1"));
  script.hold(true);
  const auto source = make();
  source->start();
  EXPECT_FALSE(refresh(*source, std::chrono::steady_clock::now() + 5ms));
  EXPECT_FALSE(refresh(*source, std::chrono::steady_clock::now() - 1h));
  script.hold(false);
}

TEST_F(Source, KeepsItsKeysWhileTheirKeeperIsAway) {
  script.then(keys_of("1"));
  script.then(away());
  const auto source = make({.shortest = 1ms, .longest = 1ms, .usual = 1ms, .between_demands = 0ms});
  ASSERT_TRUE(source->load_first());
  source->start();
  ASSERT_TRUE(reports.wait_for("could not be loaded anew"));
  EXPECT_TRUE(refresh(*source));
  EXPECT_EQ(first_id(*source), "1");
}

TEST_F(Source, DropsItsKeysWhenTheGraceIsOver) {
  script.then(keys_of("1"));
  script.then(away());
  const auto source = make({.shortest = 1ms, .longest = 1ms, .usual = 1ms, .grace = 1ms, .between_demands = 0ms});
  ASSERT_TRUE(source->load_first());
  source->start();
  ASSERT_TRUE(reports.wait_for("too old"));
  EXPECT_EQ(first_id(*source), "none");
  EXPECT_EQ(source->generation(), 2U) << "so that remembered tokens are forgotten";
  {
    const std::lock_guard lock(script.mutex);
    script.results.clear();
    script.results.emplace_back(keys_of("2"));
  }
  EXPECT_TRUE(refresh(*source));
  EXPECT_EQ(first_id(*source), "2") << "and takes new ones when they come";
}

TEST_F(Source, MayOutliveTheRequestsThatWait) {
  script.then(keys_of("1"));
  script.hold(true);
  const auto source = make();
  source->start();
  const Context context;
  {
    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, source->refresh(context), [](std::exception_ptr, bool) {});
    io.poll();
  }
  script.hold(false);
  EXPECT_TRUE(script.wait_for_loads(1));
}

TEST(JwksUrl, RotationIsFollowedWithinOneRequest) {
  const TokenMaker old_key(Algorithm::ES256);
  const TokenMaker new_key(Algorithm::RS256);
  const std::string payload = R"({"sub":"7","exp":4000000000})";
  KeyServer server;
  server.answer(R"({"keys":[)" + old_key.jwk(R"(,"kid":"old")") + "]}");
  auto source = std::make_shared<JwksSource>(std::make_unique<UrlKeyLoader>(server.url()),
                                             RefreshTimes{.between_demands = 0ms}, [](const std::string&) {});
  source->start();
  TokenVerifier verifier({source}, {}, system_clock());
  const Context context;
  const auto verify = [&](const std::string& token) { return io::sync_wait(verifier.verify(token, context)); };
  const std::string old_token = old_key.sign(payload, "old");
  const std::string new_token = new_key.sign(payload, "new");

  EXPECT_TRUE(verify(old_token)) << "the first request waits for the first load";
  EXPECT_EQ(verify(new_token).error().code, "token-invalid");
  server.answer(R"({"keys":[)" + new_key.jwk(R"(,"kid":"new")") + "]}");
  EXPECT_TRUE(verify(new_token));
  EXPECT_EQ(verify(old_token).error().code, "token-invalid") << "although it was remembered";

  server.answer("", "", "500 Oops");
  EXPECT_EQ(verify(old_token).error().code, "token-invalid");
  EXPECT_TRUE(verify(new_token)) << "the last good keys go on";
}

TEST(JwksUrl, IsAskedOnceForAFloodOfUnknownKeys) {
  const TokenMaker maker(Algorithm::ES256);
  const TokenMaker forger(Algorithm::ES256);
  KeyServer server;
  server.answer(maker.jwk(R"(,"kid":"1")"));
  auto source = std::make_shared<JwksSource>(std::make_unique<UrlKeyLoader>(server.url()), RefreshTimes{},
                                             [](const std::string&) {});
  source->start();
  TokenVerifier verifier({source}, {}, system_clock());
  const Context context;
  const std::string payload = R"({"sub":"7","exp":4000000000})";
  for (int i = 0; i < 100; ++i) {
    const std::string token = forger.sign(payload, "unknown-" + std::to_string(i));
    EXPECT_EQ(io::sync_wait(verifier.verify(token, context)).error().code, "token-invalid");
  }
  EXPECT_EQ(server.requests(), 1);
}

TEST(JwksUrl, ThatNeverAnsweredIsUnavailableAndNotUnauthenticated) {
  const TokenMaker maker(Algorithm::ES256);
  KeyServer server;
  auto source = std::make_shared<JwksSource>(std::make_unique<UrlKeyLoader>(server.url()), RefreshTimes{},
                                             [](const std::string&) {});
  source->start();
  TokenVerifier verifier({source}, {}, system_clock());
  const Context context;
  const std::string token = maker.sign(R"({"sub":"7","exp":4000000000})", "1");
  const auto outcome = io::sync_wait(verifier.verify(token, context));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace holdall::auth
