#include "io/blocking_pool.h"

#include <pthread.h>

namespace holdall::io {

BlockingPool::BlockingPool(std::string name, Config config) : name_(std::move(name)), capacity_(config.queue) {
  threads_.reserve(config.threads);
  for (unsigned i = 0; i < config.threads; ++i) {
    threads_.emplace_back([this] { work_loop(); });
    // Thread names are cut at 15 characters by the kernel.
    pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
  }
}

BlockingPool::~BlockingPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

bool BlockingPool::submit(std::unique_ptr<Job>& job) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::size_t BlockingPool::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void BlockingPool::work_loop() {
  while (true) {
    std::unique_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job->execute();
  }
}

}  // namespace holdall::io
