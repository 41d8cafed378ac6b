#include "blob/metered_store.h"

#include <algorithm>

namespace holdall::blob {
namespace {

using SteadyClock = std::chrono::steady_clock;

bool is_failure(ErrorKind kind) {
  return kind != ErrorKind::NotFound && kind != ErrorKind::Conflict && kind != ErrorKind::InvalidArgument &&
         kind != ErrorKind::Cancelled;
}

/// Awaits the call and counts it.
template <class T>
io::Task<Result<T>> count(Meter& meter, Operation operation, io::Task<Result<T>> call) {
  const auto start = SteadyClock::now();
  auto result = co_await std::move(call);
  meter.count(operation, SteadyClock::now() - start, result ? nullptr : &result.error());
  co_return result;
}

class MeteredWriter final : public Writer {
 public:
  MeteredWriter(std::unique_ptr<Writer> writer, Meter& meter) : writer_(std::move(writer)), meter_(meter) {}

  io::Task<Result<void>> write(std::span<const std::byte> bytes) override {
    auto result = co_await count(meter_, Operation::Write, writer_->write(bytes));
    if (result) meter_.add_written(bytes.size());
    co_return result;
  }

  io::Task<Result<Written>> commit() override { return count(meter_, Operation::Commit, writer_->commit()); }

 private:
  std::unique_ptr<Writer> writer_;
  Meter& meter_;
};

class MeteredReader final : public Reader {
 public:
  MeteredReader(std::unique_ptr<Reader> reader, Meter& meter) : reader_(std::move(reader)), meter_(meter) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    auto result = co_await count(meter_, Operation::Read, reader_->next());
    if (result) meter_.add_read(result->size());
    co_return result;
  }

  std::optional<std::uint64_t> remaining() const override { return reader_->remaining(); }
  std::uint64_t size() const override { return reader_->size(); }
  std::optional<FileRegion> file_region() const override { return reader_->file_region(); }

 private:
  std::unique_ptr<Reader> reader_;
  Meter& meter_;
};

}  // namespace

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::Create: return "create";
    case Operation::Write: return "write";
    case Operation::Commit: return "commit";
    case Operation::Open: return "open";
    case Operation::Read: return "read";
    case Operation::Stat: return "stat";
    case Operation::Remove: return "remove";
    case Operation::List: return "list";
  }
  return "unknown";
}

void Meter::count(Operation operation, std::chrono::nanoseconds took, const Error* error) {
  Cells& cells = cells_[static_cast<std::size_t>(operation)];
  cells.calls.fetch_add(1, std::memory_order_relaxed);
  if (error != nullptr && is_failure(error->kind)) cells.errors.fetch_add(1, std::memory_order_relaxed);
  cells.nanoseconds.fetch_add(took.count(), std::memory_order_relaxed);
  const auto bound = std::ranges::lower_bound(kBounds, took);
  cells.buckets[static_cast<std::size_t>(bound - kBounds.begin())].fetch_add(1, std::memory_order_relaxed);
}

Meter::Snapshot Meter::snapshot() const {
  Snapshot snapshot;
  for (std::size_t i = 0; i < kOperations; ++i) {
    Counts& counts = snapshot.operations[i];
    counts.calls = cells_[i].calls.load(std::memory_order_relaxed);
    counts.errors = cells_[i].errors.load(std::memory_order_relaxed);
    counts.total = std::chrono::nanoseconds(cells_[i].nanoseconds.load(std::memory_order_relaxed));
    for (std::size_t b = 0; b < counts.buckets.size(); ++b) {
      counts.buckets[b] = cells_[i].buckets[b].load(std::memory_order_relaxed);
    }
  }
  snapshot.bytes_written = written_.load(std::memory_order_relaxed);
  snapshot.bytes_read = read_.load(std::memory_order_relaxed);
  return snapshot;
}

io::Task<Result<std::unique_ptr<Writer>>> MeteredStore::create(Key key, WriteOptions options, const Context& context) {
  HOLDALL_CO_TRY(auto writer,
                 co_await count(meter_, Operation::Create, store_->create(std::move(key), options, context)));
  co_return std::make_unique<MeteredWriter>(std::move(writer), meter_);
}

io::Task<Result<std::unique_ptr<Reader>>> MeteredStore::open(Key key, std::optional<ByteRange> range,
                                                             const Context& context) {
  HOLDALL_CO_TRY(auto reader, co_await count(meter_, Operation::Open, store_->open(std::move(key), range, context)));
  co_return std::make_unique<MeteredReader>(std::move(reader), meter_);
}

io::Task<Result<Stat>> MeteredStore::stat(Key key, const Context& context) {
  return count(meter_, Operation::Stat, store_->stat(std::move(key), context));
}

io::Task<Result<void>> MeteredStore::remove(Key key, const Context& context) {
  return count(meter_, Operation::Remove, store_->remove(std::move(key), context));
}

io::Task<Result<ListPage>> MeteredStore::list(std::string prefix, std::string cursor, std::size_t limit,
                                              const Context& context) {
  return count(meter_, Operation::List, store_->list(std::move(prefix), std::move(cursor), limit, context));
}

}  // namespace holdall::blob
