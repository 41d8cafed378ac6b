#include "app/upkeep.h"

#include <future>

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "attachment/read_text.h"
#include "attachment/removal.h"
#include "io/spawn_logged.h"

namespace holdall::app {
namespace {

constexpr std::chrono::seconds kBetweenIndexing{10};
constexpr std::size_t kNamesIndexed = 2000;  // some twenty milliseconds of the writer

}  // namespace

Upkeep::Upkeep(Options options, catalog::Catalog& catalog, blob::Store& store, const Clock& clock)
    : options_(options),
      catalog_(catalog),
      store_(store),
      clock_(clock),
      runner_(options.jobs, catalog, clock),
      thread_(1),
      collect_at_(thread_.context(0)),
      index_at_(thread_.context(0)) {
  runner_.set_busy(options_.is_busy);
  runner_.add(std::string(catalog::kRemoveBlob),
              [&store](const catalog::Job& job, const Context& context) {
                return attachment::remove_blob(store, job, context);
              },
              {.attempts = jobs::kUnlimitedAttempts});
  runner_.add(std::string(catalog::kForgetText),
              [&catalog](const catalog::Job& job, const Context& context) {
                return attachment::forget_text(catalog.texts(), job, context);
              },
              {.attempts = jobs::kUnlimitedAttempts, .yields = true});
}

Upkeep::~Upkeep() { stop(); }

void Upkeep::start() {
  started_ = true;
  running_ = 3;
  const auto done = [this](const std::exception_ptr& error) {
    io::log_escaped(*spdlog::default_logger(), "upkeep", error);
    running_.fetch_sub(1);
    running_.notify_all();
  };
  boost::asio::co_spawn(thread_.context(0), runner_.run(), done);
  boost::asio::co_spawn(thread_.context(0), collect_regularly(), done);
  boost::asio::co_spawn(thread_.context(0), index_regularly(), done);
}

void Upkeep::stop() {
  if (!started_) return;
  started_ = false;
  stop_.request_stop();
  runner_.stop();
  boost::asio::post(thread_.context(0), [this] {
    collect_at_.cancel();
    index_at_.cancel();
  });
  for (int left = running_.load(); left != 0; left = running_.load())
    running_.wait(left);
  thread_.stop();
}

io::Task<bool> Upkeep::rest(boost::asio::steady_timer& timer, std::chrono::milliseconds length) const {
  if (stop_.stop_requested()) co_return false;
  timer.expires_after(length);
  co_await timer.async_wait(io::kAsTuple);
  co_return !stop_.stop_requested();
}

// Whoever searches brings the index up to date himself; after ten thousand uploads that would keep him waiting.
io::Task<> Upkeep::index_regularly() {
  while (co_await rest(index_at_, kBetweenIndexing)) {
    if (options_.is_busy()) continue;
    const Context context{.request_id = "index", .deadline = Deadline::max(), .stop = stop_.get_token()};
    const auto indexed = co_await catalog_.texts().index_names(kNamesIndexed, context);
    if (!indexed && indexed.error().kind != ErrorKind::Cancelled)
      spdlog::warn("upkeep: names are not indexed: {}", describe(indexed.error()));
  }
}

io::Task<> Upkeep::collect_regularly() {
  while (co_await rest(collect_at_, options_.gc_interval)) {
    const Context context{.request_id = "gc", .deadline = Deadline::max(), .stop = stop_.get_token()};
    const attachment::GcOptions options{.grace = options_.gc_grace, .dry_run = false};
    const auto report = co_await attachment::collect_garbage(catalog_, store_, clock_, options, context);
    if (!report && report.error().kind == ErrorKind::Cancelled) break;
    if (report)
      spdlog::info("gc: {}", attachment::to_text(*report));
    else
      spdlog::warn("gc: {}", describe(report.error()));
    runner_.wake();
  }
}

}  // namespace holdall::app
