#include "jobs/runner.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "io/sync_wait.h"
#include "jobs/testing/job_queue.h"

namespace holdall::jobs {
namespace {

using namespace std::chrono_literals;
using testing::JobQueue;

// sync_wait wants a value; run() has none.
io::Task<bool> run_to_end(Runner& runner) {
  co_await runner.run();
  co_return true;
}

io::Task<Result<void>> succeed() { co_return Result<void>(); }
io::Task<Result<void>> fail_with(ErrorKind kind) { co_return fail(kind, "it-failed", "It failed.", "inner words"); }
io::Task<Result<void>> explode() {
  throw std::runtime_error("boom");
  co_return Result<void>();
}

// Lets every other task that is ready run first.
io::Task<void> step_aside() {
  co_await io::asio::post(co_await io::asio::this_coro::executor, io::asio::use_awaitable);
}

class JobRunner : public ::testing::Test {
 protected:
  inline static const Timestamp kStart = from_micros(1'800'000'000'000'000);

  void SetUp() override { spdlog::set_level(spdlog::level::off); }  // failures are what these tests make

  std::size_t run_due() { return io::sync_wait(runner_.run_due()); }
  Runner runner_with(Config config) {
    return Runner(config, queue_, clock_, [] { return 1.0; });
  }

  ManualClock clock_{kStart};
  JobQueue queue_{clock_};
  Runner runner_{Config{}, queue_, clock_, [] { return 1.0; }};
};

TEST_F(JobRunner, WorkThatYieldsWaitsForABusyServerButNotForEver) {
  int asked = 0;
  std::vector<std::string> seen;
  const auto note = [&](const catalog::Job& job, const Context&) {
    seen.push_back(job.kind);
    return succeed();
  };
  runner_.set_busy([&] { return ++asked < 3; });
  runner_.add("polite", note, {.yields = true});
  runner_.add("urgent", note);
  queue_.push("urgent");
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(asked, 0);
  queue_.push("polite");
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(asked, 3);
  runner_.set_busy([] { return true; });
  queue_.push("polite");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run_due(), 1u);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, kLongestYield);
  EXPECT_EQ(seen, (std::vector<std::string>{"urgent", "polite", "polite"}));
}

TEST_F(JobRunner, GivesEachJobToTheHandlerOfItsKindAndForgetsThoseDone) {
  std::vector<std::string> seen;
  runner_.add("a", [&](const catalog::Job& job, const Context&) {
    seen.push_back("a " + job.payload);
    return succeed();
  });
  runner_.add("b", [&](const catalog::Job& job, const Context&) {
    seen.push_back("b " + job.payload);
    return succeed();
  });
  queue_.push("b", "1");
  queue_.push("a", "2");
  const JobId unknown = queue_.push("c", "3");

  EXPECT_EQ(run_due(), 2u);
  EXPECT_EQ(seen, (std::vector<std::string>{"a 2", "b 1"}));
  EXPECT_EQ(queue_.size(), 1u);
  ASSERT_NE(queue_.find(unknown), nullptr);
  EXPECT_EQ(queue_.find(unknown)->attempts, 0);
}

TEST_F(JobRunner, CompletesABatchInOneCall) {
  runner_.add("a", [](const catalog::Job&, const Context&) { return succeed(); });
  for (int i = 0; i < 32; ++i)
    queue_.push("a");
  EXPECT_EQ(run_due(), 32u);
  EXPECT_EQ(queue_.complete_calls, 1);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, NeverRunsMoreAtOnceThanItsConcurrency) {
  int running = 0;
  int most = 0;
  const auto work = [](int& now_running, int& most_running) -> io::Task<Result<void>> {
    most_running = std::max(most_running, ++now_running);
    for (int i = 0; i < 5; ++i)
      co_await step_aside();
    --now_running;
    co_return Result<void>();
  };
  runner_.add("a", [&](const catalog::Job&, const Context&) { return work(running, most); }, {.concurrency = 3});
  for (int i = 0; i < 20; ++i)
    queue_.push("a");
  EXPECT_EQ(run_due(), 20u);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, LeavesWhatExceedsTheBatchForTheNextRound) {
  runner_.add("a", [](const catalog::Job&, const Context&) { return succeed(); }, {.batch = 2});
  for (int i = 0; i < 3; ++i)
    queue_.push("a");
  EXPECT_EQ(run_due(), 2u);
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(run_due(), 0u);
}

TEST_F(JobRunner, TriesAFailedJobAgainLaterAndLater) {
  int calls = 0;
  runner_.add("a", [&](const catalog::Job&, const Context&) {
    ++calls;
    return fail_with(ErrorKind::Unavailable);
  });
  const JobId id = queue_.push("a");

  run_due();
  EXPECT_EQ(queue_.find(id)->run_at, kStart + 1s);
  EXPECT_EQ(queue_.find(id)->reason, "Unavailable it-failed: It failed. [inner words]");
  EXPECT_FALSE(queue_.find(id)->is_dead);
  EXPECT_EQ(run_due(), 0u);
  clock_.advance(1s);
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(queue_.find(id)->run_at, kStart + 1s + 2s);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(runner_.counts().at(0).retried, 2u);
}

TEST_F(JobRunner, BuriesAJobWithItsReasonWhenItsAttemptsAreUsedUp) {
  int calls = 0;
  runner_.add("a", [&](const catalog::Job&, const Context&) {
    ++calls;
    return fail_with(ErrorKind::Timeout);
  });
  const JobId id = queue_.push("a");
  for (int i = 0; i < 10; ++i) {
    run_due();
    clock_.advance(1h);
  }
  EXPECT_EQ(calls, 5);
  ASSERT_NE(queue_.find(id), nullptr);
  EXPECT_TRUE(queue_.find(id)->is_dead);
  EXPECT_EQ(queue_.find(id)->reason, "Timeout it-failed: It failed. [inner words]");
  EXPECT_EQ(runner_.counts().at(0).retried, 4u);
  EXPECT_EQ(runner_.counts().at(0).dead, 1u);
}

TEST_F(JobRunner, NeverGivesUpAKindWithoutALimit) {
  int calls = 0;
  runner_.add("a",
              [&](const catalog::Job&, const Context&) {
                ++calls;
                return calls < 100 ? fail_with(ErrorKind::Unavailable) : succeed();
              },
              {.attempts = kUnlimitedAttempts});
  queue_.push("a");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(queue_.size(), 1u);
    run_due();
    clock_.advance(10min);
  }
  EXPECT_EQ(calls, 100);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, BuriesAtOnceWhatNoRetryCanCure) {
  struct Case {
    ErrorKind kind;
    bool is_dead;
  };
  const Case cases[] = {{ErrorKind::InvalidArgument, true}, {ErrorKind::Unprocessable, true},
                        {ErrorKind::Unsupported, true},     {ErrorKind::NotFound, false},
                        {ErrorKind::NoSpace, false},        {ErrorKind::Corrupt, false},
                        {ErrorKind::Internal, false},       {ErrorKind::Overloaded, false}};
  ErrorKind kind = ErrorKind::Internal;
  runner_.add("a", [&](const catalog::Job&, const Context&) { return fail_with(kind); });
  for (const Case& c : cases) {
    kind = c.kind;
    const JobId id = queue_.push("a");
    run_due();
    EXPECT_EQ(queue_.find(id)->is_dead, c.is_dead) << name_of(c.kind);
  }
}

TEST_F(JobRunner, TakesAnExceptionForAFailureOfThatJobAlone) {
  runner_.add("a",
              [](const catalog::Job& job, const Context&) { return job.payload == "bad" ? explode() : succeed(); });
  const JobId bad = queue_.push("a", "bad");
  queue_.push("a");
  run_due();
  EXPECT_EQ(queue_.size(), 1u);
  EXPECT_NE(queue_.find(bad)->reason.find("boom"), std::string::npos);
  EXPECT_EQ(queue_.find(bad)->run_at, kStart + 1s);
}

TEST_F(JobRunner, BuriesUnseenAJobWhoseAttemptsNeverEnded) {
  int calls = 0;
  runner_.add("a", [&](const catalog::Job&, const Context&) {
    ++calls;
    return succeed();
  });
  const JobId id = queue_.push("a");
  // Five processes lease it and die.
  const Context context;
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(io::sync_wait(queue_.lease_jobs("a", 1, 5min, context))->size(), 1u);
    clock_.advance(5min);
  }
  run_due();
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(queue_.find(id)->is_dead);
  EXPECT_EQ(queue_.find(id)->reason, "no attempt came to an end");
}

TEST_F(JobRunner, RunsAJobTwiceHarmlesslyAfterACrashBetweenEffectAndCompletion) {
  std::set<std::string> stored = {"k1", "k2"};
  int calls = 0;
  runner_.add("a", [&](const catalog::Job& job, const Context&) {
    ++calls;
    stored.erase(job.payload);
    return succeed();
  });
  const JobId id = queue_.push("a", "k1");
  queue_.failing_completions = 1;

  run_due();  // the effect is there, "done" never reached the catalog
  EXPECT_EQ(stored, std::set<std::string>{"k2"});
  ASSERT_NE(queue_.find(id), nullptr);
  EXPECT_EQ(run_due(), 0u) << "leased until the lease lapses";
  clock_.advance(5min);
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(stored, std::set<std::string>{"k2"});
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, DoesNotBeginWhatItsLeaseNoLongerCovers) {
  int calls = 0;
  runner_.add("a",
              [&](const catalog::Job&, const Context&) {
                ++calls;
                clock_.advance(6min);  // longer than the lease
                return succeed();
              },
              {.concurrency = 1});
  queue_.push("a");
  const JobId second = queue_.push("a");
  EXPECT_EQ(run_due(), 2u);
  EXPECT_EQ(calls, 1);
  ASSERT_NE(queue_.find(second), nullptr);
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, SaysWhatIsDoneWhileTheLeasesStillHold) {
  runner_.add("a",
              [&](const catalog::Job&, const Context&) {
                clock_.advance(1min);
                return succeed();
              },
              {.concurrency = 1});
  for (int i = 0; i < 4; ++i)
    queue_.push("a");
  run_due();
  EXPECT_EQ(queue_.complete_calls, 2) << "after the third minute and at the end";
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, TellsTheHandlerUntilWhenItMayTake) {
  Deadline deadline;
  std::string request_id;
  runner_.add("a",
              [&](const catalog::Job&, const Context& context) {
                deadline = context.deadline;
                request_id = context.request_id;
                return succeed();
              },
              {.lease = 60s});
  const JobId id = queue_.push("a");
  const auto before = std::chrono::steady_clock::now();
  run_due();
  EXPECT_GE(deadline, before + 60s);
  EXPECT_LE(deadline, std::chrono::steady_clock::now() + 60s);
  EXPECT_EQ(request_id, "job-" + std::to_string(id.value));
}

TEST_F(JobRunner, GoesOnAfterTheCatalogWasAway) {
  runner_.add("a", [](const catalog::Job&, const Context&) { return succeed(); });
  queue_.push("a");
  queue_.failing_leases = 1;
  EXPECT_EQ(run_due(), 0u);
  EXPECT_EQ(run_due(), 1u);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobRunner, CountsWhatBecameOfEachKind) {
  runner_.add("good", [](const catalog::Job&, const Context&) { return succeed(); });
  runner_.add("bad", [](const catalog::Job&, const Context&) { return fail_with(ErrorKind::InvalidArgument); });
  queue_.push("good");
  queue_.push("good");
  queue_.push("bad");
  run_due();
  const auto counts = runner_.counts();
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0].kind, "good");
  EXPECT_EQ(counts[0].done, 2u);
  EXPECT_EQ(counts[0].dead, 0u);
  EXPECT_EQ(counts[1].kind, "bad");
  EXPECT_EQ(counts[1].done, 0u);
  EXPECT_EQ(counts[1].dead, 1u);
}

// From here on run() itself. The poll interval is an hour, so each of these would hang if a hint were lost.
class JobLoop : public JobRunner {
 protected:
  Runner loop_{Config{.poll_interval = 1h}, queue_, clock_};
};

TEST_F(JobLoop, LooksAgainAtOnceWhenWoken) {
  int calls = 0;
  loop_.add("a", [&](const catalog::Job&, const Context&) {
    if (++calls == 3) {
      loop_.stop();
    } else {
      queue_.push("a");
      loop_.wake();
    }
    return succeed();
  });
  queue_.push("a");
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobLoop, IsWokenAndStoppedFromAnotherThread) {
  std::promise<void> first_done;
  std::atomic<int> calls = 0;
  loop_.add("a", [&](const catalog::Job&, const Context&) {
    ++calls;
    return succeed();
  });
  // An idle kind beside it: its loop must hear of the end as well.
  loop_.add("b", [](const catalog::Job&, const Context&) { return succeed(); });
  std::jthread other([&] {
    first_done.get_future().wait();
    for (int i = 0; i < 1000; ++i)
      loop_.wake();
    loop_.stop();
  });
  loop_.add("c", [&](const catalog::Job&, const Context&) {
    first_done.set_value();
    return succeed();
  });
  queue_.push("a");
  queue_.push("c");
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  EXPECT_EQ(calls, 1);
}

TEST_F(JobLoop, TakesBatchAfterBatchWhileThereIsMore) {
  int calls = 0;
  loop_.add("a",
            [&](const catalog::Job&, const Context&) {
              if (++calls == 7) loop_.stop();
              return succeed();
            },
            {.batch = 2});
  for (int i = 0; i < 7; ++i)
    queue_.push("a");
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(JobLoop, EndsAtOnceWhenStoppedBeforeItBegan) {
  loop_.add("a", [](const catalog::Job&, const Context&) { return succeed(); });
  queue_.push("a");
  loop_.stop();
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  EXPECT_EQ(queue_.lease_calls, 0);
}

TEST_F(JobLoop, LetsRunningHandlersEndAndGivesBackWhatWaits) {
  loop_.add("a",
            [&](const catalog::Job&, const Context&) {
              loop_.stop();
              return succeed();
            },
            {.concurrency = 1});
  const JobId first = queue_.push("a");
  const JobId second = queue_.push("a");
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  EXPECT_EQ(queue_.find(first), nullptr);
  ASSERT_NE(queue_.find(second), nullptr);
  EXPECT_EQ(queue_.find(second)->run_at, kStart) << "due at once for whoever comes next";
  EXPECT_FALSE(queue_.find(second)->is_dead);
  EXPECT_EQ(loop_.counts().at(0).retried, 0u) << "nothing failed";
}

TEST_F(JobLoop, GivesBackAJobThatHeardTheStop) {
  loop_.add("a",
            [&](const catalog::Job&, const Context& context) {
              loop_.stop();
              return context.stop.stop_requested() ? fail_with(ErrorKind::Cancelled) : succeed();
            },
            {.attempts = 1});
  const JobId id = queue_.push("a");
  EXPECT_TRUE(io::sync_wait(run_to_end(loop_)));
  ASSERT_NE(queue_.find(id), nullptr);
  EXPECT_FALSE(queue_.find(id)->is_dead) << "a shutdown is no failure of the job";
  EXPECT_EQ(queue_.find(id)->run_at, kStart);
}

}  // namespace
}  // namespace holdall::jobs
