#include "blob/local/janitor.h"

#include <pthread.h>

namespace holdall::blob::local {

Janitor::Janitor() : thread_([this] { work_loop(); }) { pthread_setname_np(thread_.native_handle(), "blob-janitor"); }

Janitor::~Janitor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Janitor::push(std::shared_ptr<void> object) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(object));
  }
  wake_.notify_one();
}

void Janitor::work_loop() {
  while (true) {
    std::shared_ptr<void> object;
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    object = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    object.reset();
  }
}

}  // namespace holdall::blob::local
