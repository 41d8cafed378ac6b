#include "app/metrics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <limits>
#include <map>
#include <mutex>
#include <span>
#include <sstream>
#include <string>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace holdall::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Upper bounds in seconds: from a cached 304 to a large upload.
constexpr std::array<double, 12> kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60};

struct OperationCounts {
  std::map<int, std::uint64_t> by_status;
  std::array<std::uint64_t, kBuckets.size() + 1> buckets{};
  double seconds = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

MetricFamily family(std::string name, std::string help, MetricType type) {
  return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {}};
}

ClientMetric::Label label(std::string name, std::string value) {
  ClientMetric::Label made;
  made.name = std::move(name);
  made.value = std::move(value);
  return made;
}

void add_counter(MetricFamily& to, std::vector<ClientMetric::Label> labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  to.metric.push_back(std::move(metric));
}

MetricFamily gauge(std::string name, std::string help, double value) {
  MetricFamily made = family(std::move(name), std::move(help), MetricType::Gauge);
  ClientMetric metric;
  metric.gauge.value = value;
  made.metric.push_back(std::move(metric));
  return made;
}

/// `counts` has one more than `bounds`: what took longer than all of them.
ClientMetric histogram(std::string operation, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                       double sum) {
  ClientMetric metric;
  metric.label.push_back(label("operation", std::move(operation)));
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    cumulative += counts[i];
    ClientMetric::Bucket bucket;
    bucket.cumulative_count = cumulative;
    bucket.upper_bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back(bucket);
  }
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = sum;
  return metric;
}

// Each io thread counts on its own shelf, so that a request never waits for another thread's count.
struct Shelf {
  mutable std::mutex mutex;
  std::map<std::string, OperationCounts, std::less<>> operations;
};

constexpr std::size_t kShelves = 16;

std::size_t shelf_of_this_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1) % kShelves;
  return mine;
}

void merge(OperationCounts& into, const OperationCounts& from) {
  for (const auto& [status, count] : from.by_status)
    into.by_status[status] += count;
  for (std::size_t i = 0; i < into.buckets.size(); ++i)
    into.buckets[i] += from.buckets[i];
  into.seconds += from.seconds;
  into.bytes_in += from.bytes_in;
  into.bytes_out += from.bytes_out;
}

void add_requests(std::vector<MetricFamily>& families, const std::map<std::string, OperationCounts>& operations) {
  MetricFamily requests = family("holdall_http_requests_total", "Requests answered.", MetricType::Counter);
  MetricFamily seconds = family("holdall_http_request_seconds", "From head to last byte.", MetricType::Histogram);
  MetricFamily bytes = family("holdall_http_bytes_total", "Bytes of bodies.", MetricType::Counter);
  for (const auto& [operation, counts] : operations) {
    for (const auto& [status, count] : counts.by_status)
      add_counter(requests, {label("operation", operation), label("status", std::to_string(status))},
                  static_cast<double>(count));
    add_counter(bytes, {label("operation", operation), label("direction", "in")}, static_cast<double>(counts.bytes_in));
    add_counter(bytes, {label("operation", operation), label("direction", "out")},
                static_cast<double>(counts.bytes_out));
    seconds.metric.push_back(histogram(operation, kBuckets, counts.buckets, counts.seconds));
  }
  families.push_back(std::move(requests));
  families.push_back(std::move(seconds));
  families.push_back(std::move(bytes));
}

void add_jobs(std::vector<MetricFamily>& families, const jobs::Runner& runner) {
  MetricFamily made = family("holdall_jobs_total", "Background jobs by what became of them.", MetricType::Counter);
  for (const jobs::KindCounts& counts : runner.counts()) {
    add_counter(made, {label("kind", counts.kind), label("outcome", "done")}, static_cast<double>(counts.done));
    add_counter(made, {label("kind", counts.kind), label("outcome", "retried")}, static_cast<double>(counts.retried));
    add_counter(made, {label("kind", counts.kind), label("outcome", "dead")}, static_cast<double>(counts.dead));
  }
  families.push_back(std::move(made));
}

void add_media(std::vector<MetricFamily>& families, const media::Pool& media) {
  const media::Pool::Figures figures = media.figures();
  MetricFamily files =
      family("holdall_media_files_total", "Files looked into by what became of it.", MetricType::Counter);
  add_counter(files, {label("outcome", "done")}, static_cast<double>(figures.jobs - figures.failed));
  add_counter(files, {label("outcome", "refused")}, static_cast<double>(figures.failed - figures.crashed));
  add_counter(files, {label("outcome", "crashed")}, static_cast<double>(figures.crashed));
  families.push_back(std::move(files));
  MetricFamily restarts =
      family("holdall_media_restarts_total", "How often the media process was started again.", MetricType::Counter);
  add_counter(restarts, {}, static_cast<double>(figures.restarts));
  families.push_back(std::move(restarts));
  families.push_back(
      gauge("holdall_media_waiting", "Requests that wait for their turn.", static_cast<double>(figures.waiting)));
}

void add_store(std::vector<MetricFamily>& families, const blob::Store& store) {
  const blob::Health health = store.health();
  families.push_back(gauge("holdall_store_writable", "1 when the store takes files.", health.writable ? 1 : 0));
  if (health.free_bytes)
    families.push_back(
        gauge("holdall_store_free_bytes", "Room left on the store's medium.", static_cast<double>(*health.free_bytes)));
}

void add_store_calls(std::vector<MetricFamily>& families, const blob::Meter& meter) {
  using Seconds = std::chrono::duration<double>;
  std::array<double, blob::Meter::kBounds.size()> bounds{};
  std::ranges::transform(blob::Meter::kBounds, bounds.begin(), [](auto bound) { return Seconds(bound).count(); });
  const blob::Meter::Snapshot now = meter.snapshot();
  MetricFamily seconds = family("holdall_store_call_seconds", "Calls to the store.", MetricType::Histogram);
  MetricFamily errors = family("holdall_store_errors_total", "Calls that the medium failed.", MetricType::Counter);
  MetricFamily bytes = family("holdall_store_bytes_total", "Bytes of files.", MetricType::Counter);
  for (std::size_t i = 0; i < blob::kOperations; ++i) {
    const std::string operation(name_of(static_cast<blob::Operation>(i)));
    const blob::Meter::Counts& counts = now.operations[i];
    seconds.metric.push_back(histogram(operation, bounds, counts.buckets, Seconds(counts.total).count()));
    add_counter(errors, {label("operation", operation)}, static_cast<double>(counts.errors));
  }
  add_counter(bytes, {label("direction", "in")}, static_cast<double>(now.bytes_written));
  add_counter(bytes, {label("direction", "out")}, static_cast<double>(now.bytes_read));
  for (MetricFamily* made : {&seconds, &errors, &bytes})
    families.push_back(std::move(*made));
}

}  // namespace

struct Metrics::State {
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> in_work{0};
  std::array<Shelf, kShelves> shelves;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::on_connection_open() { state_->connections.fetch_add(1, std::memory_order_relaxed); }
void Metrics::on_connection_close() { state_->connections.fetch_sub(1, std::memory_order_relaxed); }

void Metrics::on_work_begin() { state_->in_work.fetch_add(1, std::memory_order_relaxed); }
void Metrics::on_work_end() { state_->in_work.fetch_sub(1, std::memory_order_relaxed); }
std::int64_t Metrics::in_work() const { return state_->in_work.load(std::memory_order_relaxed); }

void Metrics::on_request(const http::RequestReport& report) {
  const double seconds = std::chrono::duration<double>(report.duration).count();
  const auto bucket = std::ranges::lower_bound(kBuckets, seconds) - kBuckets.begin();
  const std::string_view operation = report.operation.empty() ? std::string_view("none") : report.operation;
  Shelf& shelf = state_->shelves[shelf_of_this_thread()];
  std::lock_guard lock(shelf.mutex);
  auto found = shelf.operations.find(operation);
  if (found == shelf.operations.end()) found = shelf.operations.emplace(operation, OperationCounts{}).first;
  OperationCounts& counts = found->second;
  ++counts.by_status[report.status];
  ++counts.buckets[static_cast<std::size_t>(bucket)];
  counts.seconds += seconds;
  counts.bytes_in += report.bytes_in;
  counts.bytes_out += report.bytes_out;
}

std::string Metrics::text(const Sources& sources) const {
  std::map<std::string, OperationCounts> operations;
  for (const Shelf& shelf : state_->shelves) {
    std::lock_guard lock(shelf.mutex);
    for (const auto& [operation, counts] : shelf.operations)
      merge(operations[operation], counts);
  }
  std::vector<MetricFamily> families;
  families.push_back(
      gauge("holdall_http_connections", "Connections open now.", static_cast<double>(state_->connections.load())));
  families.push_back(
      gauge("holdall_http_requests_in_work", "Requests that are being worked on now.", static_cast<double>(in_work())));
  add_requests(families, operations);
  add_jobs(families, sources.runner);
  if (sources.media != nullptr) add_media(families, *sources.media);
  add_store(families, sources.store);
  add_store_calls(families, sources.meter);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace holdall::app
