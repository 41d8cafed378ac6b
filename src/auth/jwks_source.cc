#include "auth/jwks_source.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace holdall::auth {
namespace {

namespace asio = boost::asio;

// A little more than a load may take: the deadline of requests that set none.
constexpr std::chrono::seconds kLongestWait{10};
constexpr std::size_t kMaxWaiters = 1024;

}  // namespace

// A request that waits: a timer that the end of the load cuts short. Touched on the request's thread only.
struct JwksSource::Waiter {
  explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}

  asio::steady_timer timer;
  bool is_answered = false;
};

// Takes the waiter off the list also when the request's frame dies with its io_context, to which nobody may post then.
class JwksSource::Enlistment {
 public:
  Enlistment(JwksSource& source, std::shared_ptr<Waiter> waiter) : source_(source), waiter_(std::move(waiter)) {}
  ~Enlistment() { source_.leave(waiter_); }
  Enlistment(const Enlistment&) = delete;
  Enlistment& operator=(const Enlistment&) = delete;

 private:
  JwksSource& source_;
  std::shared_ptr<Waiter> waiter_;
};

JwksSource::JwksSource(std::unique_ptr<KeyLoader> loader, RefreshTimes times, Report report)
    : loader_(std::move(loader)), report_(std::move(report)), schedule_(times) {}

JwksSource::~JwksSource() = default;

Result<void> JwksSource::load_first() {
  const TimePoint now = std::chrono::steady_clock::now();
  auto loaded = loader_->load({});
  if (!loaded) return fail(std::move(loaded).error());
  std::unique_lock lock(mutex_);
  schedule_.begin(now);
  take(std::move(loaded), now);
  report_notes(lock);
  return {};
}

void JwksSource::start() {
  thread_ = std::jthread([this](std::stop_token stop) { work(std::move(stop)); });
}

SharedKeys JwksSource::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

io::Task<bool> JwksSource::refresh(const Context& context) {
  const auto executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor);
  waiter->timer.expires_at(std::min(context.deadline, std::chrono::steady_clock::now() + kLongestWait));
  if (!enlist(waiter)) co_return false;
  const Enlistment enlistment(*this, waiter);
  co_await waiter->timer.async_wait(io::kAsTuple);
  co_return waiter->is_answered;
}

bool JwksSource::enlist(const std::shared_ptr<Waiter>& waiter) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable() || waiters_.size() >= kMaxWaiters) return false;
  if (!loading_ && !demanded_) {
    if (!schedule_.may_begin_on_demand(std::chrono::steady_clock::now())) return false;
    demanded_ = true;
    wake_.notify_one();
  }
  waiters_.push_back(waiter);
  return true;
}

void JwksSource::leave(const std::shared_ptr<Waiter>& waiter) {
  const std::lock_guard lock(mutex_);
  std::erase(waiters_, waiter);
}

void JwksSource::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const TimePoint now = std::chrono::steady_clock::now();
    if (demanded_ || now >= schedule_.next()) {
      demanded_ = false;
      loading_ = true;
      schedule_.begin(now);
      lock.unlock();
      auto loaded = loader_->load(stop);
      lock.lock();
      take(std::move(loaded), std::chrono::steady_clock::now());
      loading_ = false;
      wake_waiters();
    }
    drop_old_keys(std::chrono::steady_clock::now());
    report_notes(lock);
    wake_.wait_until(lock, stop, next_wake(), [this] { return demanded_; });
  }
}

// mutex_ is held here and in all that follow, but for the report.
void JwksSource::take(Result<std::optional<LoadedKeys>> loaded, TimePoint now) {
  if (!loaded) {
    schedule_.fail(now);
    notes_.push_back("The keys of " + loader_->name() + " could not be loaded anew: " + describe(loaded.error()));
    return;
  }
  schedule_.succeed(now, *loaded ? (*loaded)->max_age : std::nullopt);
  if (!*loaded) return;
  for (const std::string& why : (*loaded)->keys.skipped) {
    notes_.push_back("A key of " + loader_->name() + " is skipped: " + why + ".");
  }
  publish(std::make_shared<const KeySet>(std::move((*loaded)->keys)));
}

void JwksSource::publish(SharedKeys keys) {
  // First the number, then the keys: see KeySource::generation.
  generation_.fetch_add(1, std::memory_order_acq_rel);
  keys_ = std::move(keys);
}

void JwksSource::report_notes(std::unique_lock<std::mutex>& lock) {
  const std::vector<std::string> notes = std::exchange(notes_, {});
  lock.unlock();
  for (const std::string& note : notes)
    report_(note);
  lock.lock();
}

void JwksSource::wake_waiters() {
  for (const auto& waiter : waiters_) {
    asio::post(waiter->timer.get_executor(), [waiter] {
      waiter->is_answered = true;
      waiter->timer.cancel();
    });
  }
  waiters_.clear();
}

void JwksSource::drop_old_keys(TimePoint now) {
  const auto end = schedule_.keys_end();
  if (!keys_ || !end || now < *end) return;
  notes_.push_back("The keys of " + loader_->name() + " are too old to be used.");
  publish(nullptr);
}

JwksSource::TimePoint JwksSource::next_wake() const {
  const auto end = schedule_.keys_end();
  return keys_ && end ? std::min(*end, schedule_.next()) : schedule_.next();
}

}  // namespace holdall::auth
