#include "app/serve.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api/guard.h"
#include "api/routes.h"
#include "app/backend.h"
#include "app/logging.h"
#include "app/metrics.h"
#include "app/upkeep.h"
#include "app/version.h"
#include "app/welcome.h"
#include "attachment/look.h"
#include "attachment/read_text.h"
#include "auth/open.h"
#include "http/server.h"
#include "io/io_threads.h"
#include "media/pool.h"

namespace holdall::app {
namespace {

// Blocked in every thread from the start, so that the main thread alone takes them, one after another.
class TerminationSignals {
 public:
  TerminationSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  const char* wait() const {
    int number = 0;
    sigwait(&set_, &number);
    return number == SIGTERM ? "SIGTERM" : "SIGINT";
  }

  /// Lets a second signal end the process at once.
  void release() const { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

 private:
  sigset_t set_{};
};

// Folders kept open, the journal, and for each thread that reads the catalog three files and what polls for it.
constexpr rlim_t kOwnDescriptors = 512;
constexpr rlim_t kDescriptorsPerConnection = 2;  // itself and its file
constexpr rlim_t kFewestConnections = 16;

// With more than that a request waits for others already.
constexpr std::int64_t kRequestsOfABusyThread = 4;

// Two hundred pages whose letters are hard to recognise.
constexpr std::chrono::minutes kReadLease{60};

// As many descriptors as the system allows.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  if (before == limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) == 0) return limit.rlim_max;
  spdlog::warn("server: the limit of open files could not be raised");
  return before;
}

// A connection that is turned away gets an answer; one that finds no descriptor for its file, or takes the catalog's,
// spoils others' requests.
void fit_connections(http::Config& config, rlim_t descriptors) {
  const rlim_t for_connections = descriptors - std::min(descriptors, kOwnDescriptors);
  const rlim_t most = std::max(for_connections / kDescriptorsPerConnection, kFewestConnections);
  if (config.max_connections <= most) return;
  spdlog::warn("server: http.max_connections is {}, but the limit of {} open files allows {}: that many it is",
               config.max_connections, descriptors, most);
  config.max_connections = static_cast<std::uint32_t>(most);
}

int refuse(const Error& error) {
  std::fprintf(stderr, "holdall: %s\n", error.message.c_str());
  if (!error.internal.empty()) spdlog::error("server: not started: {}", describe(error));
  return 1;
}

// Everything a running server is made of. Members are destroyed in reverse: the server before what its handlers use,
// and the back ends before the io_contexts, which are stopped by then, but into which pools may still post.
class Application {
 public:
  explicit Application(const Settings& settings) : settings_(settings), threads_(settings.threads) {}

  static Result<std::unique_ptr<Application>> start(const Settings& settings) {
    auto application = std::make_unique<Application>(settings);
    HOLDALL_TRY_VOID(application->start_parts());
    return application;
  }

  const http::Server& server() const { return *server_; }
  const std::string& secret() const { return secret_; }

  void drain() {
    is_draining_ = true;
    const bool orderly = server_->drain(settings_.shutdown_grace);
    if (!orderly) spdlog::warn("server: some requests did not end within the grace period and were cut");
    upkeep_->stop();
    threads_.stop();
  }

 private:
  Result<void> start_parts();
  bool is_busy() const {
    return metrics_.in_work() > kRequestsOfABusyThread * static_cast<std::int64_t>(threads_.size());
  }
  Metrics::Sources sources() const { return {*backend_.store, *backend_.meter, upkeep_->runner(), media_.get()}; }

  const Settings& settings_;
  const Clock& clock_ = system_clock();
  std::string secret_;
  std::atomic<bool> is_draining_{false};
  Metrics metrics_;
  attachment::Reservations reservations_;
  attachment::SingleFlight flights_;
  io::IoThreads threads_;
  Backend backend_;
  std::unique_ptr<media::Pool> media_;
  std::unique_ptr<auth::Verifier> verifier_;
  std::unique_ptr<Upkeep> upkeep_;
  std::unique_ptr<api::Services> services_;
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<http::Server> server_;
};

Result<std::unique_ptr<media::Pool>> start_media(const media::Config& config) {
  if (!config.enabled) return nullptr;
  return media::Pool::start(config);
}

Result<void> Application::start_parts() {
  // The media process takes longest to load; the rest is opened meanwhile.
  auto media = std::async(std::launch::async, start_media, std::cref(settings_.media));
  HOLDALL_TRY(secret_, own_secret(settings_));
  HOLDALL_TRY(backend_, open_backend(settings_, Use::Serve, clock_));
  HOLDALL_TRY(verifier_, auth::open_verifier(settings_.auth, secret_, clock_,
                                             [](const std::string& what) { spdlog::warn("auth: {}", what); }));
  HOLDALL_TRY(media_, media.get());
  upkeep_ = std::make_unique<Upkeep>(Upkeep::Options{.jobs = settings_.jobs,
                                                     .gc_interval = settings_.gc_interval,
                                                     .gc_grace = settings_.gc_grace,
                                                     .is_busy = [this] { return is_busy(); }},
                                     *backend_.catalog, *backend_.store, clock_);
  services_.reset(
      new api::Services{.backends = {.config = settings_.attachment,
                                     .catalog = *backend_.catalog,
                                     .store = *backend_.store,
                                     .clock = clock_,
                                     .reservations = reservations_,
                                     .wake_jobs = [this](std::string_view kind) { upkeep_->runner().wake(kind); },
                                     .engine = media_.get(),
                                     .flights = &flights_},
                        .verifier = *verifier_,
                        .form_limits = {},
                        .is_draining = [this] { return is_draining_.load(); },
                        .metrics_text = [this] { return metrics_.text(sources()); },
                        .version = kVersion});
  if (media_) {
    upkeep_->runner().add(std::string(catalog::kLook),
                          [this](const catalog::Job& job, const Context& context) {
                            return attachment::look_into(services_->backends, job, context);
                          },
                          {.batch = settings_.jobs.concurrency, .yields = true});
  }
  if (media_ && settings_.attachment.text.enabled) {
    upkeep_->runner().add(std::string(catalog::kReadText),
                          [this](const catalog::Job& job, const Context& context) {
                            return attachment::read_text(services_->backends, job, context);
                          },
                          {.attempts = attachment::kReadAttempts,
                           .batch = settings_.jobs.concurrency,
                           .lease = kReadLease,
                           .yields = true});
  }
  router_ = std::make_unique<http::Router>(api::routes(*services_), api::gate(*services_));
  http::Service service{.config = settings_.http,
                        .router = router_.get(),
                        .cors = http::Cors(settings_.http.cors_origins),
                        .logger = spdlog::default_logger(),
                        .observer = &metrics_};
  HOLDALL_TRY(server_, http::Server::start(threads_, std::move(service)));
  upkeep_->start();
  return {};
}

}  // namespace

int serve(Settings settings, const config::Warnings& warnings) {
  const TerminationSignals signals;
  start_logging(settings.log_format, settings.log_level);
  for (const std::string& warning : warnings)
    spdlog::warn("config: {}", warning);
  fit_connections(settings.http, raise_descriptor_limit());

  Result<std::unique_ptr<Application>> application = Application::start(settings);
  if (!application) return refuse(application.error());

  const auto endpoint = (*application)->server().local_endpoint();
  welcome(settings, endpoint, (*application)->secret());
  spdlog::info("server: {} ready, data in {}", kVersion, settings.data.string());

  const char* const name = signals.wait();
  spdlog::info("server: {} received, draining", name);
  signals.release();
  (*application)->drain();
  application->reset();
  spdlog::info("server: stopped");
  return 0;
}

}  // namespace holdall::app
