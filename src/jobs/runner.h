#pragma once
// Durable jobs, leased from the catalog and given to the handler of their kind. Knows no job by name.
//
//   Runner runner(config, catalog, clock);
//   runner.add("blob.remove", [&store](const catalog::Job& job, const Context& context) {
//     return attachment::remove_blob(store, job, context);
//   }, {.attempts = kUnlimitedAttempts});
//   co_await runner.run();      // until stop()
//
// - At least once: a job whose completion did not reach the catalog (crash, outage, lapsed lease) runs again; handlers
//   are idempotent.
// - A handler's success ends the job; an error of a kind that no retry can cure (is_permanent) buries it at once with
//   its reason; Cancelled gives it back; any other error, an exception included, is tried again with back-off until the
//   attempts of its kind are used up. A job that never came to an answer in all its attempts (it takes the process
//   down, say) is buried unseen.
// - A handler's context ends with the job's lease and carries the stop of the runner. After stop() nothing is begun:
//   what runs may end, what waits is given back.
// - Thread: add() and set_busy() before run(); run() once, on an executor of one thread; handlers run there as well.
//   wake(), stop() and counts() from any thread, for as long as the runner and that executor live.
// - Do not cancel run(): stop() it.
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/context.h"
#include "catalog/catalog.h"
#include "io/task.h"
#include "jobs/config.h"

namespace holdall::jobs {

/// Both references live until the task has ended.
using Handler = std::function<io::Task<Result<void>>(const catalog::Job&, const Context&)>;

inline constexpr int kUnlimitedAttempts = std::numeric_limits<int>::max();

/// Where a kind differs from Config. Slow work wants a batch no larger than its concurrency: what is leased and not
/// begun before the lease lapses has lost an attempt.
struct KindLimits {
  std::optional<int> attempts{};
  std::optional<std::size_t> concurrency{};
  std::optional<std::size_t> batch{};
  std::optional<std::chrono::milliseconds> lease{};
  bool yields = false;  ///< waits while the server is busy with others, kLongestYield a job
};

/// However busy the server is, a job that yields begins after that.
inline constexpr std::chrono::seconds kLongestYield{1};

/// Since the runner was made; for metrics.
struct KindCounts {
  std::string kind;
  std::uint64_t done = 0;
  std::uint64_t retried = 0;
  std::uint64_t dead = 0;
};

/// True for errors that say the job itself is wrong: InvalidArgument, Unprocessable, Unsupported.
bool is_permanent(ErrorKind kind);

class Runner {
 public:
  /// `random` answers fractions from 0 to 1 that spread retries; by default its own generator.
  Runner(Config config, catalog::Catalog& catalog, const Clock& clock, std::function<double()> random = {});
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void add(std::string kind, Handler handler, KindLimits limits = {});

  /// Asked by kinds that yield; before run().
  void set_busy(std::function<bool()> is_busy);

  /// Every kind in a loop of its own, so that slow work of one kind never holds up another. Returns after stop(), when
  /// every running handler has ended.
  io::Task<void> run();

  /// One batch of each kind, without waiting for what is not due; answers how many jobs were leased.
  io::Task<std::size_t> run_due();

  /// A hint that jobs may be due: look now instead of at the next poll.
  void wake();
  void wake(std::string_view kind);
  void stop();

  std::vector<KindCounts> counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdall::jobs
