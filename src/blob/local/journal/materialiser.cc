#include "blob/local/journal/materialiser.h"

#include <cerrno>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/random.h"

namespace holdall::blob::local {
namespace {

// Durable blobs waiting for their files: 0.2 s of the fastest stream. Beyond that commits wait.
constexpr std::size_t kMostHeld = 8 * 1024 * 1024;
// Map entry, key, control block: so that a flood of empty blobs is bounded as well.
constexpr std::size_t kCostOfBlob = 512;
constexpr auto kRetryInterval = std::chrono::milliseconds(200);
constexpr auto kLookInterval = std::chrono::milliseconds(100);

// No room now, but later perhaps: on the medium, or for another descriptor.
bool is_passing(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EMFILE || error_number == ENFILE ||
         error_number == ENOMEM;
}

}  // namespace

Materialiser::Materialiser(Medium& medium, Parents& parents, RecentBlobs& recent, SegmentRing& segments)
    : medium_(medium), parents_(parents), recent_(recent), segments_(segments) {
  thread_ = std::thread([this] { work_loop(); });
  pthread_setname_np(thread_.native_handle(), "blob-files");
}

Materialiser::~Materialiser() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> Materialiser::wait_for_room(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  while (true) {
    HOLDALL_TRY_VOID(medium_.require_writable());
    if (queue_.empty() || held_ + bytes <= kMostHeld) return {};
    changed_.wait_for(lock, kLookInterval);
  }
}

void Materialiser::push(std::vector<Work> work) {
  {
    std::lock_guard lock(mutex_);
    for (Work& one : work) {
      held_ += one.size + kCostOfBlob;
      queue_.push_back(std::move(one));
    }
  }
  changed_.notify_all();
}

void Materialiser::work_loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    // Only this thread takes from the front: the element stays where it is while the lock is open.
    const Work& work = queue_.front();
    lock.unlock();
    const bool is_filed = file(work);
    if (is_filed) segments_.note_filed(work.sequence);
    lock.lock();
    if (!is_filed) return;
    const bool was_tight = held_ > kMostHeld / 2;
    held_ -= work.size + kCostOfBlob;
    queue_.pop_front();
    if (was_tight) changed_.notify_all();
  }
}

bool Materialiser::file(const Work& work) {
  while (const SharedBlob blob = recent_.begin_file(work.key)) {
    if (medium_.has_failed()) return false;
    const int error = write_file(work.key, *blob);
    if (error == 0) {
      if (!recent_.finish_file(work.key)) remove_file(work.key);
      break;
    }
    if (!is_passing(error)) {
      medium_.fail(error_from_errno(error, "make blobs/" + work.key).internal);
      return false;
    }
    medium_.set_obstacle(error);
    if (!wait_and_retry()) return false;
  }
  // The file is made, or the blob was removed meanwhile: either way this one waits for room no longer.
  medium_.set_obstacle(0);
  return true;
}

// The blob was removed while its file was made: hidden until the file is gone, then forgotten.
void Materialiser::remove_file(const std::string& key) {
  unlink(key);
  recent_.release(key);
}

void Materialiser::unlink(const std::string& key) {
  const std::string name(name_within(key));
  if (const auto folder = parents_.open(std::string(parent_of(key)))) {
    static_cast<void>(medium_.disk().unlink((*folder)->get(), name.c_str()));
  }
}

bool Materialiser::wait_and_retry() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kRetryInterval, [this] { return stopping_; });
  return !stopping_;
}

Errno<Descriptor> Materialiser::create_file(const std::string& folder_path, const std::string& name) {
  for (int attempt = 0;; ++attempt) {
    const auto folder = parents_.open_or_make(folder_path);
    if (!folder) return std::unexpected(folder.error());
    Descriptor file(medium_.disk().create_file((*folder)->get(), name.c_str()));
    if (file.is_open()) return file;
    // The folder was removed while we held it open: once is an operator tidying up, twice is something else.
    if (errno != ENOENT || attempt > 0) return std::unexpected(errno);
    parents_.forget(folder_path);
  }
}

int Materialiser::write_file(const std::string& key, const SmallBlob& blob) {
  const std::string folder_path(parent_of(key));
  const std::string name(name_within(key));
  const auto file = create_file(folder_path, name);
  if (!file) return file.error();
  medium_.pass(CrashPoint::FileCreated);
  std::size_t done = 0;
  int error = 0;
  while (done < blob.bytes.size() && error == 0) {
    const ssize_t count = medium_.disk().write(file->get(), std::span(blob.bytes).subspan(done), done);
    if (count > 0) done += static_cast<std::size_t>(count);
    if (count == 0) error = ENOSPC;
    if (count < 0 && errno != EINTR) error = errno;
  }
  if (error == 0) {
    medium_.pass(CrashPoint::FileWritten);
    return 0;
  }
  // Nobody reads half a file: find() still answers from memory. But the next attempt wants the name.
  unlink(key);
  return error;
}

}  // namespace holdall::blob::local
