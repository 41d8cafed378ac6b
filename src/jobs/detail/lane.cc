#include "jobs/detail/lane.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>

#include "io/task_group.h"

namespace holdall::jobs::detail {
namespace {

/// For the catalog's own calls: a catalog that takes longer is as good as not there, and the next poll asks again.
constexpr auto kCatalogPatience = std::chrono::seconds(30);

constexpr auto kYieldStep = std::chrono::milliseconds(20);

Context catalog_context() {
  return {.request_id = "jobs", .deadline = std::chrono::steady_clock::now() + kCatalogPatience, .stop = {}};
}

}  // namespace

Lane::Lane(std::string kind, Handler handler, LaneSettings settings, LaneServices& services)
    : kind_(std::move(kind)), handler_(std::move(handler)), settings_(settings), services_(services) {}

KindCounts Lane::counts() const {
  return {.kind = kind_, .done = done_.load(), .retried = retried_.load(), .dead = dead_.load()};
}

io::Task<void> Lane::run() {
  while (!is_stopping()) {
    const std::size_t leased = co_await run_batch();
    // A full batch means that more may be due.
    if (leased < settings_.batch) co_await alarm_.wait(settings_.poll_interval);
  }
}

io::Task<std::size_t> Lane::run_batch() {
  const Context context = catalog_context();
  const Timestamp begun_at = services_.clock.now();
  auto leased = co_await services_.catalog.lease_jobs(kind_, settings_.batch, settings_.lease, context);
  if (!leased) {
    spdlog::warn("jobs: no {} leased: {}", kind_, describe(leased.error()));
    co_return 0;
  }
  Batch batch{.waiting = {std::make_move_iterator(leased->begin()), std::make_move_iterator(leased->end())},
              .done = {},
              .settle_at = begun_at + settings_.lease / 2};
  io::TaskGroup group(co_await io::asio::this_coro::executor, spdlog::default_logger());
  const std::size_t count = leased->size();
  for (std::size_t i = 0; i < std::min(settings_.concurrency, count); ++i)
    group.spawn("jobs: " + kind_, work_through(batch));
  co_await group.wait(Deadline::max());
  co_await settle(batch);
  co_return count;
}

io::Task<void> Lane::yield() const {
  const Deadline latest = std::chrono::steady_clock::now() + kLongestYield;
  io::asio::steady_timer timer(co_await io::asio::this_coro::executor);
  while (services_.is_busy() && !is_stopping() && std::chrono::steady_clock::now() < latest) {
    timer.expires_after(kYieldStep);
    co_await timer.async_wait(io::kAsTuple);
  }
}

io::Task<void> Lane::work_through(Batch& batch) {
  while (!batch.waiting.empty()) {
    if (settings_.yields) co_await yield();
    if (batch.waiting.empty()) co_return;
    catalog::Job job = std::move(batch.waiting.front());
    batch.waiting.pop_front();
    co_await run_job(std::move(job), batch);
    if (services_.clock.now() >= batch.settle_at) co_await settle(batch);
  }
}

io::Task<void> Lane::run_job(catalog::Job job, Batch& batch) {
  const Timestamp now = services_.clock.now();
  if (job.leased_until <= now) co_return;  // somebody else's by now
  if (is_stopping()) {
    co_await put_back(job.id, now, "not begun: shutting down", false);
    co_return;
  }
  if (job.attempts > settings_.attempts) {
    spdlog::error("jobs: {} {} is dead: no attempt came to an end", kind_, job.id.value);
    ++dead_;
    co_await put_back(job.id, now, "no attempt came to an end", true);
    co_return;
  }
  const auto outcome = co_await call_handler(job);
  if (!outcome) {
    co_await judge_failure(job, outcome.error());
    co_return;
  }
  ++done_;
  batch.done.push_back(job.id);
}

io::Task<Result<void>> Lane::call_handler(const catalog::Job& job) {
  Context context{.request_id = "job-" + std::to_string(job.id.value),
                  .deadline = std::chrono::steady_clock::now() + (job.leased_until - services_.clock.now()),
                  .stop = services_.stop.get_token()};
  try {
    co_return co_await handler_(job, context);
  } catch (const std::exception& thrown) {
    co_return fail(internal_error(std::string("the handler threw: ") + thrown.what()));
  }
}

io::Task<void> Lane::judge_failure(const catalog::Job& job, const Error& error) {
  const Timestamp now = services_.clock.now();
  if (error.kind == ErrorKind::Cancelled) {
    co_await put_back(job.id, now, "given back: " + describe(error), false);
    co_return;
  }
  if (is_permanent(error.kind) || job.attempts >= settings_.attempts) {
    spdlog::error("jobs: {} {} is dead after {} attempts: {}", kind_, job.id.value, job.attempts, describe(error));
    ++dead_;
    co_await put_back(job.id, now, describe(error), true);
    co_return;
  }
  const auto wait = wait_after(job.attempts, settings_.backoff, services_.random());
  spdlog::warn("jobs: {} {} failed, attempt {}: {}", kind_, job.id.value, job.attempts, describe(error));
  ++retried_;
  co_await put_back(job.id, now + wait, describe(error), false);
}

io::Task<void> Lane::put_back(JobId id, Timestamp run_at, std::string reason, bool dead) {
  const Context context = catalog_context();
  const auto outcome = co_await services_.catalog.retry_job(id, run_at, std::move(reason), dead, context);
  // Nothing is lost: the lease lapses and the job is due again.
  if (!outcome) spdlog::warn("jobs: {} {} not put back: {}", kind_, id.value, describe(outcome.error()));
}

io::Task<void> Lane::settle(Batch& batch) {
  std::vector<JobId> done = std::exchange(batch.done, {});
  if (done.empty()) co_return;
  const std::size_t count = done.size();
  const Context context = catalog_context();
  const auto outcome = co_await services_.catalog.complete_jobs(std::move(done), context);
  if (!outcome) spdlog::warn("jobs: {} {} done but not noted: {}", count, kind_, describe(outcome.error()));
}

}  // namespace holdall::jobs::detail
