#include "catalog/sqlite/readers.h"

#include <mutex>
#include <utility>
#include <vector>

namespace holdall::catalog::sqlite {

/// All connections of one Readers; a thread that ends finds out through a weak pointer whether it still exists.
struct Readers::Pool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Database>> all;
  std::vector<Database*> idle;  ///< of threads that have ended
};

struct Readers::Lease {
  const Pool* pool_address;
  std::weak_ptr<Pool> pool;
  Database* database;
};

/// What the current thread has leased, of every Readers there is (one, but for tests).
struct Readers::ThreadLeases {
  ~ThreadLeases() {
    for (const Lease& lease : leases) {
      if (const auto pool = lease.pool.lock()) {
        lease.database->snapshot.let_go();
        std::lock_guard lock(pool->mutex);
        pool->idle.push_back(lease.database);
      }
    }
  }

  std::vector<Lease> leases;
};

Readers::Readers(std::filesystem::path file, Connection::Options options)
    : file_(std::move(file)), options_(options), pool_(std::make_shared<Pool>()) {}

Readers::~Readers() = default;

Result<Database*> Readers::local() {
  thread_local ThreadLeases thread;
  // The weak pointer keeps the address from being used again, so that equal addresses mean the same pool.
  for (const Lease& lease : thread.leases) {
    if (lease.pool_address == pool_.get()) return lease.database;
  }
  std::erase_if(thread.leases, [](const Lease& lease) { return lease.pool.expired(); });
  Database* database = nullptr;
  {
    std::lock_guard lock(pool_->mutex);
    if (!pool_->idle.empty()) {
      database = pool_->idle.back();
      pool_->idle.pop_back();
    }
  }
  if (database == nullptr) {
    HOLDALL_TRY(auto opened, open());
    std::lock_guard lock(pool_->mutex);
    database = pool_->all.emplace_back(std::move(opened)).get();
  }
  thread.leases.push_back({pool_.get(), pool_, database});
  return database;
}

Result<std::unique_ptr<Database>> Readers::open() const {
  HOLDALL_TRY(Connection connection, Connection::open(file_, options_));
  return std::make_unique<Database>(std::move(connection));
}

}  // namespace holdall::catalog::sqlite
