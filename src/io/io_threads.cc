#include "io/io_threads.h"

#include <algorithm>
#include <string>

#include <pthread.h>
#include <sched.h>

namespace holdall::io {
namespace {

// Those this process may run on: a container or taskset often gives fewer than the machine has.
unsigned usable_processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

IoThreads::IoThreads(unsigned count) {
  if (count == 0) count = usable_processors();
  for (unsigned i = 0; i < count; ++i) {
    asio::io_context& context = contexts_.emplace_back(1);  // 1: run by one thread alone
    guards_.push_back(asio::make_work_guard(context));
    threads_.emplace_back([&context] { context.run(); });
    pthread_setname_np(threads_.back().native_handle(), ("io-" + std::to_string(i)).c_str());
  }
}

IoThreads::~IoThreads() { stop(); }

void IoThreads::stop() {
  for (asio::io_context& context : contexts_)
    context.stop();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace holdall::io
