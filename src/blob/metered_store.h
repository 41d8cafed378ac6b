#pragma once
// A store that counts what another store is asked and how it answers. Whoever shows the numbers (metrics) takes a
// snapshot; nothing here knows how they are shown.
#include <array>
#include <atomic>
#include <chrono>
#include <memory>

#include "blob/store.h"

namespace holdall::blob {

enum class Operation : std::uint8_t { Create, Write, Commit, Open, Read, Stat, Remove, List };
inline constexpr std::size_t kOperations = 8;

/// "create", "write", ...
std::string_view name_of(Operation operation);

/// Counters since the start of the process; safe from any thread.
class Meter {
 public:
  /// Upper bounds of the latency buckets; one more counts what took longer.
  static constexpr std::array<std::chrono::microseconds, 8> kBounds = {
      std::chrono::microseconds(100),  std::chrono::microseconds(500),   std::chrono::milliseconds(1),
      std::chrono::milliseconds(5),    std::chrono::milliseconds(25),    std::chrono::milliseconds(100),
      std::chrono::milliseconds(1000), std::chrono::milliseconds(10'000)};

  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;  ///< of the medium; NotFound, Conflict, InvalidArgument and Cancelled are answers
    std::chrono::nanoseconds total{0};
    std::array<std::uint64_t, kBounds.size() + 1> buckets{};
  };
  struct Snapshot {
    std::array<Counts, kOperations> operations{};
    std::uint64_t bytes_written = 0;
    std::uint64_t bytes_read = 0;  ///< through next(); what left by a FileRegion is not seen here

    const Counts& of(Operation operation) const { return operations[static_cast<std::size_t>(operation)]; }
  };

  void count(Operation operation, std::chrono::nanoseconds took, const Error* error);
  void add_written(std::uint64_t bytes) { written_.fetch_add(bytes, std::memory_order_relaxed); }
  void add_read(std::uint64_t bytes) { read_.fetch_add(bytes, std::memory_order_relaxed); }
  Snapshot snapshot() const;

 private:
  struct Cells {
    std::atomic<std::uint64_t> calls = 0;
    std::atomic<std::uint64_t> errors = 0;
    std::atomic<std::int64_t> nanoseconds = 0;
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};
  };

  std::array<Cells, kOperations> cells_;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<std::uint64_t> read_ = 0;
};

/// Keeps the contract of the store it wraps. `meter` outlives it and all it gives out.
class MeteredStore final : public Store {
 public:
  MeteredStore(std::unique_ptr<Store> store, Meter& meter) : store_(std::move(store)), meter_(meter) {}

  io::Task<Result<std::unique_ptr<Writer>>> create(Key key, WriteOptions options, const Context& context) override;
  io::Task<Result<std::unique_ptr<Reader>>> open(Key key, std::optional<ByteRange> range,
                                                 const Context& context) override;
  io::Task<Result<Stat>> stat(Key key, const Context& context) override;
  io::Task<Result<void>> remove(Key key, const Context& context) override;
  io::Task<Result<ListPage>> list(std::string prefix, std::string cursor, std::size_t limit,
                                  const Context& context) override;
  Health health() const override { return store_->health(); }
  std::string_view name() const override { return store_->name(); }

 private:
  std::unique_ptr<Store> store_;
  Meter& meter_;
};

}  // namespace holdall::blob
