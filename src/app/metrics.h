#pragma once
// Counters of the running server in Prometheus' text format.
#include <functional>
#include <memory>
#include <string>

#include "blob/metered_store.h"
#include "blob/store.h"
#include "http/observer.h"
#include "jobs/runner.h"
#include "media/pool.h"

namespace holdall::app {

/// Counts requests and connections as they happen; everything else is read when /metrics is asked for. Thread-safe.
class Metrics final : public http::Observer {
 public:
  Metrics();
  ~Metrics() override;

  void on_connection_open() override;
  void on_connection_close() override;
  void on_work_begin() override;
  void on_work_end() override;
  void on_request(const http::RequestReport& report) override;

  /// Requests whose handlers run at this moment.
  std::int64_t in_work() const;

  /// What is read at that moment, and not kept.
  struct Sources {
    const blob::Store& store;
    const blob::Meter& meter;
    const jobs::Runner& runner;
    const media::Pool* media;  ///< null: files are not looked into
  };
  std::string text(const Sources& sources) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdall::app
