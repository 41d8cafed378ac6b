#include "jobs/runner.h"

#include <deque>
#include <random>
#include <span>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/random.h"
#include "io/task_group.h"
#include "jobs/detail/lane.h"

namespace holdall::jobs {
namespace {

std::function<double()> own_generator() {
  std::uint64_t seed = 0;
  fill_random(std::as_writable_bytes(std::span(&seed, 1)));
  return [engine = std::mt19937_64(seed)]() mutable { return std::uniform_real_distribution<double>(0, 1)(engine); };
}

}  // namespace

bool is_permanent(ErrorKind kind) {
  return kind == ErrorKind::InvalidArgument || kind == ErrorKind::Unprocessable || kind == ErrorKind::Unsupported;
}

struct Runner::State {
  Config config;
  detail::LaneServices services;
  std::deque<detail::Lane> lanes;  // never moved: tasks and other threads point to them
};

Runner::Runner(Config config, catalog::Catalog& catalog, const Clock& clock, std::function<double()> random)
    : state_(
          std::make_unique<State>(config, detail::LaneServices{.catalog = catalog,
                                                               .clock = clock,
                                                               .random = random ? std::move(random) : own_generator(),
                                                               .is_busy = [] { return false; },
                                                               .stop = {}})) {}

Runner::~Runner() = default;

void Runner::add(std::string kind, Handler handler, KindLimits limits) {
  const Config& config = state_->config;
  state_->lanes.emplace_back(std::move(kind), std::move(handler),
                             detail::LaneSettings{.attempts = limits.attempts.value_or(config.attempts),
                                                  .concurrency = limits.concurrency.value_or(config.concurrency),
                                                  .batch = limits.batch.value_or(config.batch),
                                                  .lease = limits.lease.value_or(config.lease),
                                                  .poll_interval = config.poll_interval,
                                                  .yields = limits.yields,
                                                  .backoff = config.backoff},
                             state_->services);
}

void Runner::set_busy(std::function<bool()> is_busy) { state_->services.is_busy = std::move(is_busy); }

io::Task<void> Runner::run() {
  io::TaskGroup group(co_await io::asio::this_coro::executor, spdlog::default_logger());
  for (detail::Lane& lane : state_->lanes)
    group.spawn("jobs: " + lane.kind(), lane.run());
  co_await group.wait(Deadline::max());
}

io::Task<std::size_t> Runner::run_due() {
  std::size_t leased = 0;
  for (detail::Lane& lane : state_->lanes)
    leased += co_await lane.run_batch();
  co_return leased;
}

void Runner::wake() {
  for (detail::Lane& lane : state_->lanes)
    lane.wake();
}

void Runner::wake(std::string_view kind) {
  for (detail::Lane& lane : state_->lanes) {
    if (lane.kind() == kind) lane.wake();
  }
}

void Runner::stop() {
  state_->services.stop.request_stop();
  wake();
}

std::vector<KindCounts> Runner::counts() const {
  std::vector<KindCounts> all;
  for (const detail::Lane& lane : state_->lanes)
    all.push_back(lane.counts());
  return all;
}

}  // namespace holdall::jobs
