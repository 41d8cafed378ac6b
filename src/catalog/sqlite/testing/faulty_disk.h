#pragma once
// A disk that fails when told, and forgets what was not synced: a layer below SQLite for tests.
#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include "catalog/sqlite/testing/folder.h"

namespace holdall::catalog::sqlite::testing {

/// While it lives, every database opened anew uses it. One at a time.
class FaultyDisk {
 public:
  FaultyDisk() {
    real_ = sqlite3_vfs_find(nullptr);
    layer_ = *real_;
    layer_.zName = "holdall-faulty";
    layer_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    layer_.xOpen = open;
    layer_.xDelete = remove;
    current_ = this;
    if (sqlite3_vfs_register(&layer_, 1) != SQLITE_OK) throw std::runtime_error("sqlite3_vfs_register");
  }
  ~FaultyDisk() {
    sqlite3_vfs_unregister(&layer_);
    sqlite3_vfs_register(real_, 1);
    current_ = nullptr;
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  void fail_syncs(bool on) { fail_syncs_ = on; }
  void fill_up(bool on) { is_full_ = on; }
  int syncs() const { return syncs_; }
  /// From now on every file of `folder` is kept as it is when it has been synced.
  void watch(std::filesystem::path folder) { watched_ = std::move(folder); }
  /// What a loss of power at this moment leaves of the watched folder.
  void lose_power(const std::filesystem::path& target) {
    std::lock_guard lock(mutex_);
    std::filesystem::copy(synced_.path(), target, std::filesystem::copy_options::recursive);
  }

 private:
  struct File {
    sqlite3_file base;
    const char* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real_of(sqlite3_file* file) { return file_of(file).real(); }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags) {
    File& file = file_of(out);
    file.base.pMethods = nullptr;
    file.path = name;  // SQLite keeps it until the file is closed
    const int code = current_->real_->xOpen(current_->real_, name, file.real(), flags, out_flags);
    if (file.real()->pMethods != nullptr) file.base.pMethods = &kMethods;
    return code;
  }

  // SQLite asks for the folder to be synced where it counts on the name being gone.
  static int remove(sqlite3_vfs*, const char* name, int sync_folder) {
    const std::filesystem::path path(name);
    if (path.parent_path() == current_->watched_) {
      std::lock_guard lock(current_->mutex_);
      std::filesystem::remove(current_->synced_.path() / path.filename());
    }
    return current_->real_->xDelete(current_->real_, name, sync_folder);
  }

  static int close(sqlite3_file* f) { return real_of(f)->pMethods->xClose(real_of(f)); }
  static int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
    return real_of(f)->pMethods->xRead(real_of(f), to, n, at);
  }
  static int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    if (current_->is_full_) return SQLITE_FULL;
    return real_of(f)->pMethods->xWrite(real_of(f), from, n, at);
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 n) { return real_of(f)->pMethods->xTruncate(real_of(f), n); }
  static int sync(sqlite3_file* f, int flags) {
    if (current_->fail_syncs_) return SQLITE_IOERR_FSYNC;
    ++current_->syncs_;
    const int code = real_of(f)->pMethods->xSync(real_of(f), flags);
    const std::filesystem::path path(file_of(f).path);
    if (path.parent_path() == current_->watched_) {
      std::lock_guard lock(current_->mutex_);
      std::filesystem::copy_file(path, current_->synced_.path() / path.filename(),
                                 std::filesystem::copy_options::overwrite_existing);
    }
    return code;
  }
  static int size(sqlite3_file* f, sqlite3_int64* n) { return real_of(f)->pMethods->xFileSize(real_of(f), n); }
  static int lock(sqlite3_file* f, int level) { return real_of(f)->pMethods->xLock(real_of(f), level); }
  static int unlock(sqlite3_file* f, int level) { return real_of(f)->pMethods->xUnlock(real_of(f), level); }
  static int is_reserved(sqlite3_file* f, int* out) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
  }
  static int control(sqlite3_file* f, int op, void* arg) {
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
  }
  static int sector_size(sqlite3_file* f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
  static int characteristics(sqlite3_file* f) { return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f)); }
  static int shm_map(sqlite3_file* f, int page, int n, int extend, void volatile** out) {
    return real_of(f)->pMethods->xShmMap(real_of(f), page, n, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
  }
  static void shm_barrier(sqlite3_file* f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
  static int shm_unmap(sqlite3_file* f, int remove) { return real_of(f)->pMethods->xShmUnmap(real_of(f), remove); }

  static constexpr sqlite3_io_methods kMethods = {
      2,         close,       read,    write,       truncate,        sync,    size,     lock,
      unlock,    is_reserved, control, sector_size, characteristics, shm_map, shm_lock, shm_barrier,
      shm_unmap, nullptr,     nullptr};

  static inline FaultyDisk* current_ = nullptr;
  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs layer_{};
  std::atomic<bool> fail_syncs_{false};
  std::atomic<bool> is_full_{false};
  std::atomic<int> syncs_{0};
  std::filesystem::path watched_;
  std::mutex mutex_;  ///< of what has been synced
  Folder synced_;
};

}  // namespace holdall::catalog::sqlite::testing
