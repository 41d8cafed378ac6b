#pragma once
// One thread for clean-up nobody waits for: removing the files of writers that were dropped.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace holdall::blob::local {

class Janitor {
 public:
  Janitor();
  ~Janitor();  ///< does what is queued, then ends
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

  /// Destroys `object` on the janitor's thread. At most one a writer, so the queue is as bounded as they are.
  template <class T>
  void dispose(std::shared_ptr<T> object) {
    push(std::move(object));
  }

 private:
  void push(std::shared_ptr<void> object);
  void work_loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<void>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdall::blob::local
