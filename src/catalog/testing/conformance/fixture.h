#pragma once
// The ground the conformance tests stand on: a catalog with a clock held still, and short words for rows.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/encoding.h"
#include "catalog/catalog.h"
#include "io/sync_wait.h"

namespace holdall::catalog::testing {

/// A catalog together with what it lives in (a folder, a server).
class World {
 public:
  virtual ~World() = default;
  virtual Catalog& catalog() = 0;
};

struct Subject {
  std::string name;
  std::function<std::unique_ptr<World>(const Clock&)> make;
  friend std::ostream& operator<<(std::ostream& out, const Subject& subject) { return out << subject.name; }
};

inline std::string name_of_subject(const ::testing::TestParamInfo<Subject>& subject) { return subject.param.name; }

inline constexpr UserId kAnna{7};
inline constexpr UserId kBert{8};

using namespace std::chrono_literals;

/// Never fails to compile where a Task's frame would outlive its arguments: everything is awaited here and now.
template <class T>
T await(io::Task<T> task) {
  return io::sync_wait(std::move(task));
}

/// The value, or a test failure that says what went wrong.
template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << describe(result.error());
    throw std::runtime_error("must: " + describe(result.error()));
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

template <class T>
T must(io::Task<Result<T>> task) {
  return must(await(std::move(task)));
}

template <class T>
ErrorKind failure_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value()) << "expected an error";
  return result ? ErrorKind::Internal : result.error().kind;
}

/// Runs `callers` coroutines made by `make(i)` on two threads at once and waits for all of them.
inline void run_together(std::size_t callers, const std::function<io::Task<void>(std::size_t)>& make) {
  boost::asio::io_context context;
  for (std::size_t i = 0; i < callers; ++i) {
    boost::asio::co_spawn(context, make(i), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
  }
  std::thread other([&context] { context.run(); });
  context.run();
  other.join();
}

inline std::uint64_t chosen_seed() {
  const char* given = std::getenv("HOLDALL_TEST_SEED");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

/// The sum of what a listing of everything shows.
inline Usage sum_of(const std::vector<Attachment>& rows) {
  Usage sum;
  for (const Attachment& row : rows) {
    sum.bytes += row.blob.size;
    ++sum.files;
  }
  return sum;
}

inline std::vector<AttachmentId> ids_of(const std::vector<Attachment>& rows) {
  std::vector<AttachmentId> ids;
  for (const Attachment& row : rows)
    ids.push_back(row.id);
  return ids;
}

inline std::vector<std::string> names_of(const std::vector<Attachment>& rows) {
  std::vector<std::string> names;
  for (const Attachment& row : rows)
    names.push_back(row.filename);
  return names;
}

/// Field by field, so that a test names the one that differs.
inline void expect_same(const Attachment& a, const Attachment& b) {
  EXPECT_EQ(a.id.value, b.id.value);
  EXPECT_EQ(a.user_id.value, b.user_id.value);
  EXPECT_EQ(a.blob.id.value, b.blob.id.value);
  EXPECT_EQ(a.blob.key, b.blob.key);
  EXPECT_EQ(a.blob.store, b.blob.store);
  EXPECT_EQ(a.blob.size, b.blob.size);
  EXPECT_EQ(to_hex(a.blob.sha256), to_hex(b.blob.sha256));
  EXPECT_EQ(a.blob.text_state, b.blob.text_state);
  EXPECT_EQ(a.collection, b.collection);
  EXPECT_EQ(a.filename, b.filename);
  EXPECT_EQ(a.mime_type, b.mime_type);
  EXPECT_EQ(a.task_id, b.task_id);
  EXPECT_TRUE(a.record == b.record);
  EXPECT_EQ(a.metadata, b.metadata);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.width, b.width);
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.pages, b.pages);
  EXPECT_EQ(to_rfc3339(a.created_at), to_rfc3339(b.created_at));
  EXPECT_EQ(to_rfc3339(a.updated_at), to_rfc3339(b.updated_at));
  EXPECT_EQ(a.expires_at, b.expires_at);
  EXPECT_EQ(a.version, b.version);
}

class CatalogConformance : public ::testing::TestWithParam<Subject> {
 protected:
  CatalogConformance() : world_(GetParam().make(clock_)) {}

  Catalog& catalog() { return world_->catalog(); }

  /// A file nobody has yet.
  NewAttachment file(std::string filename, std::uint64_t size = 100) {
    NewAttachment made;
    made.key = "7/2026/11/22/175010_" + std::to_string(++made_);
    made.store = "local";
    made.size = size;
    made.sha256 = sha256(as_bytes(made.key));
    made.collection = "default";
    made.filename = std::move(filename);
    made.mime_type = "text/plain";
    return made;
  }

  Attachment add(UserId user, NewAttachment made) {
    std::vector<NewAttachment> one;
    one.push_back(std::move(made));
    auto outcome = must(catalog().add(user, std::move(one), {}, std::nullopt, context_));
    return std::move(outcome.attachments.at(0));
  }

  Result<Attachment> find(UserId user, AttachmentId id) { return await(catalog().find(user, id, context_)); }
  Usage usage(UserId user) { return must(catalog().usage(user, context_)); }

  std::vector<AttachmentId> remove(UserId user, std::vector<AttachmentId> ids) {
    return must(catalog().remove(user, std::move(ids), std::nullopt, context_));
  }

  ListPage list(ListQuery query) { return must(catalog().list(std::move(query), context_)); }

  std::vector<Attachment> all(UserId user) {
    ListQuery query;
    query.user_id = user;
    query.limit = 100'000;
    return list(std::move(query)).attachments;
  }

  std::vector<Job> lease(std::size_t limit = 100, std::chrono::microseconds lease = 1min) {
    return must(catalog().lease_jobs(std::string(kRemoveBlob), limit, lease, context_));
  }

  ManualClock clock_{from_micros(1'795'369'810'812'331)};  // 2026-11-22T17:50:10.812331Z
  Context context_;
  int made_ = 0;

 private:
  std::unique_ptr<World> world_;
};

}  // namespace holdall::catalog::testing
