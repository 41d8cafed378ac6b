#include "catalog/sqlite/sqlite_catalog.h"

#include <fstream>
#include <latch>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "catalog/sqlite/statement.h"
#include "catalog/sqlite/testing/folder.h"
#include "catalog/sqlite/testing/rows.h"

namespace holdall::catalog::sqlite {
namespace {

using testing::add;
using testing::file;
using testing::find;
using testing::findings;
using testing::Folder;
using testing::kAnna;
using testing::must;
using namespace std::chrono_literals;

std::unique_ptr<Catalog> open(const Folder& folder, Mode mode = Mode::Serve) {
  return must(SqliteCatalog::open({.folder = folder.path(), .mode = mode}, system_clock()));
}

Error refusal(const Folder& folder, Mode mode = Mode::Serve) {
  auto opened = SqliteCatalog::open({.folder = folder.path(), .mode = mode}, system_clock());
  if (opened) return internal_error("it opened");
  return std::move(opened).error();
}

void run_sql(const Folder& folder, const char* sql) {
  auto connection = must(Connection::open(folder.path() / "catalog.db", {.access = Access::Write}));
  must(connection.execute(sql));
}

TEST(SqliteCatalog, KeepsItsRowsFromStartToStart) {
  const Folder folder;
  const Context context;
  auto catalog = open(folder);
  const UserId user = must(catalog->resolve_user("anna", context));
  const AttachmentId id = must(add(*catalog, "key")).id;
  const AttachmentId removed = must(add(*catalog, "other")).id;
  must(catalog->remove(kAnna, {removed}, std::nullopt, context));
  catalog.reset();
  catalog = open(folder);
  EXPECT_EQ(must(find(*catalog, id)).blob.key, "key");
  EXPECT_EQ(must(catalog->resolve_user("anna", context)).value, user.value);
  EXPECT_GT(must(add(*catalog, "third")).id, removed) << "ids are not given out again after a start either";
  EXPECT_EQ(must(catalog->usage(kAnna, context)), (Usage{20, 2}));
}

TEST(SqliteCatalog, AStartEndsTheLeasesOfBefore) {
  const Folder folder;
  const Context context;
  auto catalog = open(folder);
  must(catalog->remove(kAnna, {must(add(*catalog, "a")).id, must(add(*catalog, "b")).id}, std::nullopt, context));
  const std::string kind(kRemoveBlob);
  const std::vector<Job> leased = must(catalog->lease_jobs(kind, 10, 1h, context));
  ASSERT_EQ(leased.size(), 2U);
  must(catalog->retry_job(leased[1].id, system_clock().now(), "in vain", true, context));
  EXPECT_TRUE(must(catalog->lease_jobs(kind, 10, 1h, context)).empty());
  catalog.reset();
  catalog = open(folder);
  const std::vector<Job> again = must(catalog->lease_jobs(kind, 10, 1h, context));
  ASSERT_EQ(again.size(), 1U) << "what was given up stays so";
  EXPECT_EQ(again[0].id, leased[0].id);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST(SqliteCatalog, LetsOnlyOneServerIn) {
  const Folder folder;
  auto first = open(folder);
  const Error error = refusal(folder);
  EXPECT_EQ(error.kind, ErrorKind::Locked);
  EXPECT_NE(error.message.find("Another Holdall server"), std::string::npos) << error.message;
  first.reset();
  EXPECT_TRUE(findings(*open(folder)).empty());
}

TEST(SqliteCatalog, CanBeLookedAtWhileAServerRuns) {
  const Folder folder;
  const Context context;
  const auto server = open(folder);
  const AttachmentId id = must(add(*server, "key")).id;
  const auto onlooker = open(folder, Mode::ReadOnly);
  EXPECT_TRUE(find(*onlooker, id).has_value());
  EXPECT_TRUE(find(*onlooker, must(add(*server, "later")).id).has_value());
  EXPECT_TRUE(findings(*onlooker).empty());
  const auto refused = add(*onlooker, "refused");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(must(onlooker->blobs_after(BlobId{0}, 10, context)).size(), 2U);
}

TEST(SqliteCatalog, CanBeLookedAtAfterTheServerHasGone) {
  const Folder folder;
  const AttachmentId id = must(add(*open(folder), "key")).id;
  EXPECT_TRUE(find(*open(folder, Mode::ReadOnly), id).has_value());
}

TEST(SqliteCatalog, RefusesTheFileOfANewerProgram) {
  const Folder folder;
  open(folder);
  run_sql(folder, "INSERT INTO schema_version VALUES (9999, 'future', 0)");
  for (const Mode mode : {Mode::Serve, Mode::ReadOnly}) {
    const Error error = refusal(folder, mode);
    EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
    EXPECT_NE(error.message.find("schema 9999"), std::string::npos) << error.message;
  }
}

TEST(SqliteCatalog, RefusesTheDatabaseOfAnotherProgram) {
  const Folder folder;
  run_sql(folder, "CREATE TABLE recipes (name TEXT)");
  EXPECT_EQ(refusal(folder).kind, ErrorKind::InvalidArgument);
}

TEST(SqliteCatalog, RefusesAFileThatIsNoDatabase) {
  const Folder folder;
  std::ofstream(folder.path() / "catalog.db") << std::string(8192, 'x');
  EXPECT_EQ(refusal(folder).kind, ErrorKind::Corrupt);
}

TEST(SqliteCatalog, SaysThatTheFolderIsNotThere) {
  const Folder folder;
  auto opened = SqliteCatalog::open({.folder = folder.path() / "missing"}, system_clock());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::NotFound);
}

TEST(SqliteCatalog, FindsAndRepairsAUsageThatIsWrong) {
  const Folder folder;
  const Context context;
  must(add(*open(folder), "key"));
  run_sql(folder, "UPDATE users SET bytes = 999, files = 9; INSERT INTO users (id, bytes, files) VALUES (3, 5, 1)");
  const auto catalog = open(folder);
  const auto differences = must(catalog->compare_usage(true, context));
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_EQ(differences[0].user_id.value, 3);
  EXPECT_EQ(differences[0].recorded, (Usage{5, 1}));
  EXPECT_EQ(differences[0].counted, (Usage{0, 0}));
  EXPECT_EQ(differences[1].user_id, kAnna);
  EXPECT_EQ(differences[1].recorded, (Usage{999, 9}));
  EXPECT_EQ(differences[1].counted, (Usage{10, 1}));
  EXPECT_TRUE(must(catalog->compare_usage(false, context)).empty());
  EXPECT_EQ(must(catalog->usage(kAnna, context)), (Usage{10, 1}));
}

struct Damage {
  const char* sql;
  const char* finding;
};

TEST(SqliteCatalog, FindsRowsThatContradictEachOther) {
  const Damage cases[] = {
      {"UPDATE blobs SET user_id = 9", "another user"},
      {"INSERT INTO blobs (user_id, store, key, size, sha256, created_at) VALUES (7, 'l', 'x', 1, zeroblob(32), 0)",
       "no attachment points to it"},
      {"INSERT INTO attachment_tags VALUES (7, 'x', 0, 1)", "listed by a tag"},
      {"UPDATE attachments SET tags = '[\"x\"]'", "not listed by a tag"},
      {"UPDATE attachments SET metadata = '{'", "no JSON"},
      {"PRAGMA foreign_keys = OFF; DELETE FROM blobs", "not there"},
  };
  for (const Damage& c : cases) {
    const Folder folder;
    must(add(*open(folder), "key"));
    run_sql(folder, c.sql);
    const auto found = findings(*open(folder));
    ASSERT_FALSE(found.empty()) << c.sql;
    EXPECT_NE(found[0].find(c.finding), std::string::npos) << found[0];
  }
}

/// Runs on an io thread's loop of its own until it has nothing to do.
template <class Body>
void run_round(Body body) {
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, std::move(body), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  loop.run();
}

TEST(SqliteCatalog, Promise6ReadsOfOneRoundSeeWhatWasAcknowledgedBetweenThem) {
  const Folder folder;
  const Context context;
  const auto catalog = open(folder);
  const AttachmentId id = must(add(*catalog, "key")).id;
  run_round([&]() -> io::Task<void> {
    EXPECT_TRUE((co_await catalog->find(kAnna, id, context)).has_value());
    must(catalog->remove(kAnna, {id}, std::nullopt, context));
    EXPECT_FALSE((co_await catalog->find(kAnna, id, context)).has_value());
    EXPECT_EQ((co_await catalog->usage(kAnna, context)).value(), Usage{});
  });
}

TEST(SqliteCatalog, ReadsOfARoundDoNotKeepTheLogFromBeingEmptiedAfterIt) {
  const Folder folder;
  const Context context;
  const auto catalog = open(folder);
  const AttachmentId id = must(add(*catalog, "key")).id;
  run_round([&]() -> io::Task<void> { must(co_await catalog->find(kAnna, id, context)); });
  must(add(*catalog, "later"));
  auto connection = must(Connection::open(folder.path() / "catalog.db", {.access = Access::Write}));
  Statement truncate{"PRAGMA wal_checkpoint(TRUNCATE)"};
  Query query(connection, truncate);
  ASSERT_TRUE(must(query.next()));
  EXPECT_EQ(query.integer(0), 0) << "a reader is in the way";
}

/// Holds the writer in the middle of a transaction, so that everything after it waits for the next.
class HeldWriter {
 public:
  explicit HeldWriter(Catalog& catalog) : catalog_(catalog) {}

  void hold(boost::asio::io_context& context) {
    boost::asio::co_spawn(context, add_held(*this), [](const std::exception_ptr&) {});
    context.poll();
    begun_.wait();
  }
  void release() { released_.count_down(); }

 private:
  static io::Task<void> add_held(HeldWriter& self) {
    const Context context;
    IdempotencyClaim claim;
    claim.key = "held";
    claim.expires_at = system_clock().now() + 1h;
    claim.answer = [&self](std::span<const Attachment>) {
      if (!self.begun_.try_wait()) self.begun_.count_down();
      self.released_.wait();
      return StoredAnswer{};
    };
    must(co_await self.catalog_.add(kAnna, testing::one(file("held")), {}, std::move(claim), context));
  }

  Catalog& catalog_;
  std::latch begun_{1};
  std::latch released_{1};
};

io::Task<void> add_into(Catalog& catalog, NewAttachment made, std::function<StoredAnswer()> answer,
                        std::optional<Result<AddOutcome>>& outcome) {
  const Context context;
  IdempotencyClaim claim;
  claim.key = made.filename;
  claim.expires_at = system_clock().now() + 1h;
  claim.answer = [answer = std::move(answer)](std::span<const Attachment>) { return answer(); };
  outcome = co_await catalog.add(kAnna, testing::one(std::move(made)), {}, std::move(claim), context);
}

TEST(SqliteCatalog, AFullQueueIsOverloadedAtOnce) {
  const Folder folder;
  const auto catalog = must(SqliteCatalog::open({.folder = folder.path(), .write_queue = 4}, system_clock()));
  boost::asio::io_context context;
  HeldWriter writer(*catalog);
  writer.hold(context);
  std::vector<std::optional<Result<AddOutcome>>> outcomes(7);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    NewAttachment made = file("key " + std::to_string(i));
    made.filename = made.key;
    boost::asio::co_spawn(
        context,
        add_into(*catalog, made, [] { return StoredAnswer{}; }, outcomes[i]), [](const std::exception_ptr&) {});
  }
  context.poll();
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_FALSE(outcomes[i].has_value()) << i;
  for (std::size_t i = 4; i < 7; ++i) {
    ASSERT_TRUE(outcomes[i].has_value()) << i;
    ASSERT_FALSE(outcomes[i]->has_value()) << i;
    EXPECT_EQ(outcomes[i]->error().kind, ErrorKind::Overloaded);
  }
  writer.release();
  context.run();
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_TRUE(outcomes[i].has_value() && outcomes[i]->has_value()) << i;
  EXPECT_EQ(must(catalog->usage(kAnna, Context{})), (Usage{50, 5})) << "the held one and four";
}

// The one that adds comes to its turn after each step of the one that removes: counted, not timed.
TEST(SqliteCatalog, OthersAreServedWhileManyAreRemoved) {
  const Folder folder;
  const Context context;
  const auto catalog = open(folder);
  std::vector<NewAttachment> files;
  for (int i = 0; i < 4000; ++i)
    files.push_back(file("key " + std::to_string(i)));
  std::vector<AttachmentId> ids;
  for (const Attachment& row : must(catalog->add(kAnna, std::move(files), {}, std::nullopt, context)).attachments)
    ids.push_back(row.id);

  int added = 0;
  bool is_done = false;
  const auto remove = [](Catalog& c, std::vector<AttachmentId> all, const Context& ctx, bool& done) -> io::Task<void> {
    const auto removed = co_await c.remove(kAnna, std::move(all), std::nullopt, ctx);
    EXPECT_TRUE(removed && removed->size() == 4000);
    done = true;
  };
  const auto add_until = [](Catalog& c, const Context& ctx, int& count, const bool& done) -> io::Task<void> {
    while (!done) {
      const auto one = co_await c.add(kAnna, testing::one(file("more " + std::to_string(count))), {}, {}, ctx);
      EXPECT_TRUE(one.has_value());
      ++count;
    }
  };
  boost::asio::io_context loop;
  boost::asio::co_spawn(loop, remove(*catalog, ids, context, is_done), boost::asio::detached);
  boost::asio::co_spawn(loop, add_until(*catalog, context, added, is_done), boost::asio::detached);
  loop.run();
  EXPECT_GE(added, 10);
  EXPECT_EQ(must(catalog->usage(kAnna, context)).files, static_cast<std::uint64_t>(added));
  EXPECT_TRUE(findings(*catalog).empty());
}

TEST(SqliteCatalog, AWriteThatFailsHalfWaySpoilsNoOtherOfItsBatch) {
  const Folder folder;
  const auto catalog = open(folder);
  boost::asio::io_context context;
  HeldWriter writer(*catalog);
  writer.hold(context);
  std::vector<std::optional<Result<AddOutcome>>> outcomes(4);
  std::vector<int> runs(4);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    NewAttachment made = file("key " + std::to_string(i));
    made.filename = "name " + std::to_string(i);
    if (i == 1) {  // the key of the held one, with other bytes: found out after the usage was charged
      made.key = "held";
      made.size = 11;
    }
    const auto answer = [&runs, i]() -> StoredAnswer {
      ++runs[i];
      if (i == 2) throw std::runtime_error("the answer cannot be rendered");
      return {.status = 201, .body = "done"};
    };
    boost::asio::co_spawn(context, add_into(*catalog, made, answer, outcomes[i]), [](const std::exception_ptr&) {});
  }
  context.poll();
  writer.release();
  context.run();
  ASSERT_TRUE(outcomes[0] && outcomes[1] && outcomes[2] && outcomes[3]);
  EXPECT_TRUE(outcomes[0]->has_value());
  ASSERT_FALSE(outcomes[1]->has_value());
  EXPECT_EQ(outcomes[1]->error().kind, ErrorKind::Conflict);
  ASSERT_FALSE(outcomes[2]->has_value());
  EXPECT_EQ(outcomes[2]->error().kind, ErrorKind::Internal);
  EXPECT_TRUE(outcomes[3]->has_value());
  EXPECT_EQ(runs[0], 2) << "the batch was run again, each write on its own";
  EXPECT_EQ(runs[3], 1);
  EXPECT_EQ(must(catalog->usage(kAnna, Context{})), (Usage{30, 3}));
  EXPECT_FALSE(must(catalog->find_answer(kAnna, "name 2", Context{})).has_value());
  EXPECT_TRUE(must(catalog->find_answer(kAnna, "name 3", Context{})).has_value());
  EXPECT_TRUE(findings(*catalog).empty());
}

TEST(SqliteCatalog, ThreadsThatComeAndGoShareFewConnections) {
  const Folder folder;
  const auto catalog = open(folder);
  const AttachmentId id = must(add(*catalog, "key")).id;
  const auto descriptors = [] {
    const std::filesystem::directory_iterator open_ones("/proc/self/fd");
    return std::distance(begin(open_ones), end(open_ones));
  };
  const auto before = descriptors();
  for (int i = 0; i < 50; ++i) {
    std::thread([&] { EXPECT_TRUE(find(*catalog, id).has_value()); }).join();
  }
  EXPECT_LE(descriptors(), before + 4);
}

TEST(SqliteCatalog, AThreadMayOutliveTheCatalogsItHasRead) {
  for (int i = 0; i < 20; ++i) {
    const Folder folder;
    const auto catalog = open(folder);
    const AttachmentId id = must(add(*catalog, "key " + std::to_string(i))).id;
    EXPECT_EQ(must(find(*catalog, id)).blob.key, "key " + std::to_string(i));
  }
}

}  // namespace
}  // namespace holdall::catalog::sqlite
