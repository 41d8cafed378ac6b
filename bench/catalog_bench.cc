// What the catalog costs, one line each: `catalog_bench adds [count]`, or `catalog_bench rows [folder]` for looking up
// and listing among a million rows (a folder that is given keeps them for the next time).
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/sha256.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "catalog/sqlite/testing/folder.h"
#include "io/sync_wait.h"

namespace holdall::catalog {
namespace {

using Seconds = std::chrono::duration<double>;
using sqlite::SqliteCatalog;

constexpr std::int64_t kManyRows = 1'000'000;
constexpr std::int64_t kFewRows = 10'000;
constexpr UserId kManyOwner{1};
constexpr UserId kFewOwner{2};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Stopwatch {
 public:
  double seconds() const { return Seconds(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// What the upload of a photo makes.
NewAttachment photo(UserId owner, std::uint64_t number) {
  NewAttachment made;
  // As blob::Key makes them: the second, then something random.
  made.key = std::to_string(owner.value) + "/2026/11/22/" + to_rfc3339(system_clock().now()).substr(11, 8) + "_" +
             to_hex(sha256(as_bytes(std::to_string(number)))).substr(0, 12);
  made.store = "local";
  made.size = 4096;
  made.sha256.bytes[0] = static_cast<std::byte>(number);
  made.collection = "default";
  made.filename = "IMG_" + std::to_string(number) + ".jpeg";
  made.mime_type = "image/jpeg";
  if (number % 4 == 0) made.task_id = static_cast<std::int64_t>(number % 1000);
  return made;
}

struct Load {
  Catalog& catalog;
  std::size_t users;
  std::size_t left;
  std::size_t failed = 0;
};

io::Task<void> add_until_done(Load& load, std::size_t caller) {
  const Context context;
  while (load.left > 0) {
    const std::size_t number = --load.left;
    const UserId owner{static_cast<std::int64_t>(1000 + (number + caller) % load.users)};
    std::vector<NewAttachment> one;
    one.push_back(photo(owner, number));
    const auto added = co_await load.catalog.add(owner, std::move(one), {}, std::nullopt, context);
    if (!added) ++load.failed;
  }
}

void measure_adds(const char* name, std::size_t callers, std::size_t users, std::size_t adds) {
  const sqlite::testing::Folder folder(std::filesystem::current_path());
  const auto catalog = must(SqliteCatalog::open({.folder = folder.path()}, system_clock()));
  Load load{.catalog = *catalog, .users = users, .left = adds};
  boost::asio::io_context context(1);
  for (std::size_t i = 0; i < callers; ++i) {
    boost::asio::co_spawn(context, add_until_done(load, i), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
  }
  const double cpu_before = cpu_seconds();
  const Stopwatch watch;
  context.run();
  const double took = watch.seconds();
  const double cpu = cpu_seconds() - cpu_before;
  if (load.failed > 0) throw std::runtime_error(std::to_string(load.failed) + " adds failed");
  const auto count = static_cast<double>(adds);
  std::printf("%-44s %9.0f add/s  %7.1f us CPU per add\n", name, count / took, cpu / count * 1e6);
}

/// One thread for everything: what an upload costs when generator and server share nothing else.
void pin_to_one_core(bool pinned) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int core = 0; core < (pinned ? 1 : CPU_SETSIZE); ++core)
    CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

void fill(Catalog& catalog, UserId owner, std::int64_t rows) {
  const Context context;
  const auto present = static_cast<std::int64_t>(must(io::sync_wait(catalog.usage(owner, context))).files);
  for (std::int64_t done = present; done < rows;) {
    std::vector<NewAttachment> many;
    for (; many.size() < 1000 && done < rows; ++done)
      many.push_back(photo(owner, static_cast<std::uint64_t>(done)));
    must(io::sync_wait(catalog.add(owner, std::move(many), {}, std::nullopt, context)));
  }
}

io::Task<void> find_many(Catalog& catalog, std::vector<AttachmentId> ids, UserId owner, std::size_t& found) {
  const Context context;
  for (const AttachmentId id : ids) {
    const auto row = co_await catalog.find(owner, id, context);
    if (row) ++found;
  }
}

void measure_find(Catalog& catalog) {
  std::mt19937_64 random(1);
  std::vector<AttachmentId> ids;
  for (int i = 0; i < 200'000; ++i)
    ids.push_back({static_cast<std::int64_t>(1 + random() % kManyRows)});
  for (const char* name : {"find, pages cold", "find"}) {
    std::size_t found = 0;
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, find_many(catalog, ids, kManyOwner, found), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    const double cpu_before = cpu_seconds();
    const Stopwatch watch;
    context.run();
    if (found == 0) throw std::runtime_error("nothing found");
    const auto count = static_cast<double>(ids.size());
    std::printf("%-44s %9.2f us  %7.2f us CPU\n", name, watch.seconds() / count * 1e6,
                (cpu_seconds() - cpu_before) / count * 1e6);
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double list_micros(Catalog& catalog, const ListQuery& query, int rounds) {
  const Context context;
  std::vector<double> micros;
  for (int i = 0; i < rounds; ++i) {
    const Stopwatch watch;
    const ListPage page = must(io::sync_wait(catalog.list(query, context)));
    micros.push_back(watch.seconds() * 1e6);
    if (page.attachments.size() != 50) throw std::runtime_error("a page is not full");
  }
  return median(std::move(micros));
}

void measure_list(Catalog& catalog, const char* name, const std::function<void(ListQuery&)>& set, int rounds = 500) {
  const auto page_of = [&](UserId owner) {
    ListQuery query;
    query.user_id = owner;
    set(query);
    return list_micros(catalog, query, rounds);
  };
  const double few = page_of(kFewOwner);
  const double many = page_of(kManyOwner);
  std::printf("%-44s %9.0f us of 10,000 rows  %9.0f us of 1,000,000  x%.2f\n", name, few, many, many / few);
}

void measure_lists(Catalog& catalog) {
  measure_list(catalog, "page of 50, newest first", [](ListQuery&) {});
  measure_list(catalog, "page of 50, from the middle", [](ListQuery& query) {
    query.after = PagePosition{.number = to_micros(system_clock().now()) - 1'000'000, .text = {}, .id = {1}};
  });
  measure_list(catalog, "page of 50, image/*", [](ListQuery& query) { query.mime_type = "image/*"; });
  measure_list(
      catalog, "page of 50, by filename (sorts)", [](ListQuery& query) { query.sort = {SortField::Filename, false}; },
      3);
}

void measure_rows(const std::filesystem::path& folder) {
  {
    const auto catalog = must(SqliteCatalog::open({.folder = folder}, system_clock()));
    const Stopwatch watch;
    fill(*catalog, kFewOwner, kFewRows);
    fill(*catalog, kManyOwner, kManyRows);
    std::printf("%-44s %9.1f s\n", "fill up to 1,010,000 rows, 1,000 at a time", watch.seconds());
  }
  const Stopwatch watch;
  const auto catalog = must(SqliteCatalog::open({.folder = folder}, system_clock()));
  must(io::sync_wait(catalog->ping(Context{})));
  std::printf("%-44s %9.1f ms\n", "open with 1,010,000 rows", watch.seconds() * 1e3);
  measure_find(*catalog);
  measure_lists(*catalog);
}

void measure_all_adds(std::size_t count) {
  pin_to_one_core(true);
  measure_adds("add, 16 callers, one core, one user", 16, 1, count);
  measure_adds("add, 16 callers, one core, 1,000 users", 16, 1000, count);
  pin_to_one_core(false);
  measure_adds("add, 1 caller", 1, 1, count / 16);
  measure_adds("add, 16 callers", 16, 1, count);
  measure_adds("add, 64 callers", 64, 1, count * 2);
  measure_adds("add, 64 callers, 1,000 users", 64, 1000, count * 2);
}

void run(std::span<char*> arguments) {
  const std::string what = arguments.size() > 1 ? arguments[1] : "";
  const std::string given = arguments.size() > 2 ? arguments[2] : "";
  if (what == "adds") return measure_all_adds(given.empty() ? 50'000 : std::stoul(given));
  if (what != "rows") throw std::runtime_error("say adds or rows");
  if (!given.empty()) {
    std::filesystem::create_directories(given);
    return measure_rows(given);
  }
  const sqlite::testing::Folder folder(std::filesystem::current_path());
  measure_rows(folder.path());
}

}  // namespace
}  // namespace holdall::catalog

int main(int argc, char** argv) {
  try {
    holdall::catalog::run(std::span(argv, static_cast<std::size_t>(argc)));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "catalog_bench: %s\n", error.what());
    return 1;
  }
}
