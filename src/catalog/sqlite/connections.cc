#include "catalog/sqlite/connections.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/sqlite/migrations.h"

namespace holdall::catalog::sqlite {
namespace {

std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "catalog.db"; }

/// What an older program, or a copy, has left open to others is closed to them. SQLite gives log and index the mode of
/// the file when it makes them.
void make_private(const std::filesystem::path& file) {
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    const std::string name = file.string() + suffix;
    if (::chmod(name.c_str(), S_IRUSR | S_IWUSR) != 0 && errno != ENOENT)
      spdlog::warn("catalog: {} cannot be made private: {}", name, std::strerror(errno));
  }
}

/// A new file's name is durable only when its folder is.
Result<void> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(error_from_errno(errno, "open " + folder.string()));
  const int outcome = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (outcome != 0) return fail(error_from_errno(error, "fsync " + folder.string()));
  return {};
}

}  // namespace

Connections::Connections(const Config& config, const Clock& clock)
    : clock_(clock),
      readers_(file_in(config.folder), {.access = Access::Read, .cache_bytes = config.reader_cache_bytes}),
      pool_("catalog-read", {.threads = config.read_threads, .queue = config.read_queue}) {}

Result<void> Connections::start(const Config& config) {
  if (config.mode == Mode::Serve) HOLDALL_TRY_VOID(start_writer(config));
  HOLDALL_TRY(Database* const reader, readers_.local());
  return require_newest(reader->connection);
}

Result<void> Connections::start_writer(const Config& config) {
  HOLDALL_TRY(LockFile lock, LockFile::take(config.folder / "catalog.lock"));
  lock_.emplace(std::move(lock));
  const std::filesystem::path file = file_in(config.folder);
  const bool is_new = !std::filesystem::exists(file);
  HOLDALL_TRY(Connection connection, Connection::open(file, {.access = Access::Write,
                                                             .cache_bytes = config.writer_cache_bytes,
                                                             .page_size = config.page_size}));
  HOLDALL_TRY_VOID(migrate(connection, clock_.now()));
  make_private(file);
  if (is_new) HOLDALL_TRY_VOID(sync_folder(config.folder));
  auto database = std::make_unique<Database>(std::move(connection));
  // The file is ours alone now: whoever had a lease on a job is gone.
  HOLDALL_TRY_VOID(database->jobs.end_leases(clock_.now()));
  writer_ = std::make_unique<Writer>(
      std::move(database), clock_,
      Writer::Options{.queue = config.write_queue, .checkpoint_pages = config.checkpoint_pages});
  return {};
}

}  // namespace holdall::catalog::sqlite
