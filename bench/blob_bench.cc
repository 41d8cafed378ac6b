// Measures the folder store: durable small blobs a second, and a large one against SHA-256 alone.
//
//   taskset -c 0 build/release/bench/blob_bench FOLDER [--small N] [--size BYTES] [--writers N] [--large MiB]
//
// FOLDER is left as it is afterwards; use a fresh one each time (ext4 is slow to reuse what was just removed).
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/core.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "blob/local/local_store.h"
#include "io/sync_wait.h"

namespace {

using namespace holdall;
namespace asio = boost::asio;

struct Options {
  std::string folder;
  std::uint64_t small = 50'000;
  std::uint64_t size = 4096;
  std::uint64_t writers = 16;
  std::uint64_t large = 1024;
};

struct Usage {
  double wall = 0;
  double cpu = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Usage usage_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(now).count(), seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

Usage since(const Usage& start) {
  const Usage now = usage_now();
  return {now.wall - start.wall, now.cpu - start.cpu};
}

[[noreturn]] void give_up(const Error& error) {
  fmt::print(stderr, "{}\n", describe(error));
  std::exit(1);
}

template <class T>
T expect(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

io::Task<Result<void>> put_many(blob::Store& store, const Context& context, std::uint64_t count,
                                const std::vector<std::byte>& bytes) {
  for (std::uint64_t i = 0; i < count; ++i) {
    blob::Key key = blob::Key::make(UserId{static_cast<std::int64_t>(1 + i % 4)}, system_clock().now());
    HOLDALL_CO_TRY(const auto writer, co_await store.create(std::move(key), {bytes.size()}, context));
    HOLDALL_CO_TRY_VOID(co_await writer->write(bytes));
    HOLDALL_CO_TRY_VOID(co_await writer->commit());
  }
  co_return Result<void>();
}

void measure_small(blob::Store& store, const Options& options) {
  const Context context;
  const std::vector<std::byte> bytes(options.size, std::byte{'x'});
  asio::io_context executor(1);
  for (std::uint64_t i = 0; i < options.writers; ++i) {
    asio::co_spawn(executor, put_many(store, context, options.small / options.writers, bytes),
                   [](std::exception_ptr thrown, Result<void> result) {
                     if (thrown) std::rethrow_exception(thrown);
                     expect(std::move(result));
                   });
  }
  const Usage start = usage_now();
  executor.run();
  const Usage used = since(start);
  const auto count = static_cast<double>(options.small / options.writers * options.writers);
  fmt::print("small: {:.0f} durable blobs of {} bytes a second from {} writers, {:.1f} us CPU each\n",
             count / used.wall, options.size, options.writers, used.cpu / count * 1e6);
}

io::Task<Result<void>> put_large(blob::Store& store, const Context& context, std::uint64_t size) {
  const std::vector<std::byte> piece(256 * 1024, std::byte{'x'});
  blob::Key key = blob::Key::make(UserId{1}, system_clock().now());
  HOLDALL_CO_TRY(const auto writer, co_await store.create(std::move(key), {size}, context));
  for (std::uint64_t done = 0; done < size; done += piece.size()) {
    HOLDALL_CO_TRY_VOID(co_await writer->write(piece));
  }
  HOLDALL_CO_TRY_VOID(co_await writer->commit());
  co_return Result<void>();
}

double sha256_rate() {
  const std::vector<std::byte> piece(256 * 1024, std::byte{'x'});
  constexpr int kPieces = 2048;
  Sha256 hash;
  const Usage start = usage_now();
  for (int i = 0; i < kPieces; ++i)
    hash.update(piece);
  static_cast<void>(hash.finish());
  return kPieces * static_cast<double>(piece.size()) / 1e6 / since(start).wall;
}

void measure_large(blob::Store& store, const Options& options) {
  const Context context;
  const double hash_rate = sha256_rate();
  const std::uint64_t size = options.large * 1024 * 1024;
  const Usage start = usage_now();
  expect(io::sync_wait(put_large(store, context, size)));
  const Usage used = since(start);
  const double rate = static_cast<double>(size) / 1e6 / used.wall;
  fmt::print("large: {} MiB at {:.0f} MB/s, {:.2f} s CPU; SHA-256 alone {:.0f} MB/s: {:.0f} %\n", options.large, rate,
             used.cpu, hash_rate, rate / hash_rate * 100);
}

Options parse(int argc, char** argv) {
  Options options;
  if (argc > 1) options.folder = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--small") options.small = value;
    if (name == "--size") options.size = value;
    if (name == "--writers") options.writers = value;
    if (name == "--large") options.large = value;
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  if (options.folder.empty()) {
    fmt::print(stderr, "usage: blob_bench FOLDER [--small N] [--size BYTES] [--writers N] [--large MiB]\n");
    return 2;
  }
  const Usage start = usage_now();
  const auto store = expect(blob::local::LocalStore::open(options.folder, {}));
  fmt::print("open: {:.1f} ms\n", since(start).wall * 1e3);
  if (options.small > 0) measure_small(*store, options);
  if (options.large > 0) measure_large(*store, options);
  return 0;
}
