#pragma once
// A disk that fails when told to, and counts what it is asked.
#include <array>
#include <atomic>
#include <cerrno>

#include "blob/local/disk.h"

namespace holdall::blob::local::testing {

enum class Call : std::uint8_t {
  CreateFile,
  MakeFolder,
  Write,
  WriteAll,
  Allocate,
  Truncate,
  WriteOut,
  SyncData,
  Sync,
  SyncFileSystem,
  RenameNew,
  RenameOver,
  Unlink,
};
inline constexpr std::size_t kCalls = 13;

class FaultyDisk : public Disk {
 public:
  /// The n-th call of a kind from now (1 is the next) fails with that errno; with `always`, all from there on.
  void fail(Call call, std::uint64_t n, int error_number, bool always = false) {
    Plan& plan = plans_[static_cast<std::size_t>(call)];
    plan.error_number = error_number;
    plan.always = always;
    plan.failing = false;
    plan.countdown = n;
  }
  /// The n-th call of any kind fails, once.
  void fail_any(std::uint64_t n, int error_number) {
    any_error_ = error_number;
    any_failed_ = false;
    any_countdown_ = n;
  }
  bool any_has_failed() const { return any_failed_; }
  void heal() {
    for (Plan& plan : plans_) {
      plan.countdown = 0;
      plan.failing = false;
    }
    any_countdown_ = 0;
  }
  std::uint64_t count(Call call) const { return plans_[static_cast<std::size_t>(call)].calls; }

  int create_file(int folder, const char* name) override {
    return fails(Call::CreateFile) ? -1 : Disk::create_file(folder, name);
  }
  int make_folder(int folder, const char* name) override {
    return fails(Call::MakeFolder) ? -1 : Disk::make_folder(folder, name);
  }
  ssize_t write(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
    return fails(Call::Write) ? -1 : Disk::write(file, bytes, offset);
  }
  ssize_t write_all(int file, std::span<const iovec> pieces, std::uint64_t offset) override {
    return fails(Call::WriteAll) ? -1 : Disk::write_all(file, pieces, offset);
  }
  int allocate(int file, std::uint64_t length) override {
    return fails(Call::Allocate) ? -1 : Disk::allocate(file, length);
  }
  int truncate(int file, std::uint64_t length) override {
    return fails(Call::Truncate) ? -1 : Disk::truncate(file, length);
  }
  int write_out(int file, std::uint64_t offset, std::uint64_t length, bool wait) override {
    return fails(Call::WriteOut) ? -1 : Disk::write_out(file, offset, length, wait);
  }
  int sync_data(int file) override { return fails(Call::SyncData) ? -1 : Disk::sync_data(file); }
  int sync(int file_or_folder) override { return fails(Call::Sync) ? -1 : Disk::sync(file_or_folder); }
  int sync_file_system(int anything) override {
    return fails(Call::SyncFileSystem) ? -1 : Disk::sync_file_system(anything);
  }
  int rename_new(int from_folder, const char* from, int to_folder, const char* to) override {
    return fails(Call::RenameNew) ? -1 : Disk::rename_new(from_folder, from, to_folder, to);
  }
  int rename_over(int from_folder, const char* from, int to_folder, const char* to) override {
    return fails(Call::RenameOver) ? -1 : Disk::rename_over(from_folder, from, to_folder, to);
  }
  int unlink(int folder, const char* name) override { return fails(Call::Unlink) ? -1 : Disk::unlink(folder, name); }

 private:
  struct Plan {
    std::atomic<std::uint64_t> countdown = 0;
    std::atomic<std::uint64_t> calls = 0;
    std::atomic<int> error_number = 0;
    std::atomic<bool> always = false;
    std::atomic<bool> failing = false;
  };

  static bool expires(std::atomic<std::uint64_t>& countdown) {
    std::uint64_t left = countdown;
    while (left > 0 && !countdown.compare_exchange_weak(left, left - 1)) {
    }
    return left == 1;
  }

  bool fails(Call call) {
    Plan& plan = plans_[static_cast<std::size_t>(call)];
    ++plan.calls;
    if (expires(plan.countdown) || plan.failing) {
      plan.failing = plan.always.load();
      errno = plan.error_number;
      return true;
    }
    if (!expires(any_countdown_)) return false;
    any_failed_ = true;
    errno = any_error_;
    return true;
  }

  std::array<Plan, kCalls> plans_;
  std::atomic<std::uint64_t> any_countdown_ = 0;
  std::atomic<int> any_error_ = 0;
  std::atomic<bool> any_failed_ = false;
};

}  // namespace holdall::blob::local::testing
