#include "catalog/sqlite/sqlite_texts.h"

#include <random>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/search.h"
#include "catalog/sqlite/statement.h"
#include "catalog/sqlite/testing/folder.h"
#include "catalog/sqlite/testing/rows.h"

namespace holdall::catalog::sqlite {
namespace {

using testing::file;
using testing::findings;
using testing::Folder;
using testing::kAnna;
using testing::must;
using testing::one;

const Context kContext;

std::unique_ptr<Catalog> open(const Folder& folder, Mode mode = Mode::Serve) {
  return must(SqliteCatalog::open({.folder = folder.path(), .mode = mode}, system_clock()));
}

Attachment add(Catalog& catalog, std::string key, std::string filename) {
  NewAttachment made = file(std::move(key));
  made.filename = std::move(filename);
  return must(catalog.add(kAnna, one(std::move(made)), {}, std::nullopt, kContext)).attachments.at(0);
}

std::size_t count_found(Catalog& catalog, std::string word) {
  SearchQuery query{.user_id = kAnna, .terms = {{.phrase = std::move(word)}}, .limit = 1000};
  return must(catalog.texts().search(std::move(query), kContext)).hits.size();
}

Connection look_into(const Folder& folder) {
  return must(Connection::open(folder.path() / "catalog.db", {.access = Access::Write}));
}

std::int64_t count(const Folder& folder, std::string sql) {
  Connection connection = look_into(folder);
  Statement statement(std::move(sql));
  Query query(connection, statement);
  return must(query.next()) ? query.integer(0) : -1;
}

/// FTS5's own check: each index says of its table's rows exactly what they are.
void check_indexes(const Folder& folder) {
  Connection connection = look_into(folder);
  for (const char* sql : {"INSERT INTO page_index (page_index, rank) VALUES ('integrity-check', 1)",
                          "INSERT INTO name_index (name_index, rank) VALUES ('integrity-check', 1)"}) {
    const auto checked = connection.execute(sql);
    EXPECT_TRUE(checked.has_value()) << sql << ": " << describe(checked.error());
  }
}

TEST(SqliteTexts, TheCheckOfTheIndexesFindsWhatDoesNotFit) {
  const Folder folder;
  {
    const auto catalog = open(folder);
    add(*catalog, "a", "cat");
    EXPECT_EQ(count_found(*catalog, "cat"), 1U);
  }
  check_indexes(folder);
  Connection connection = look_into(folder);
  must(connection.execute("UPDATE name_texts SET filename = 'dog'"));
  EXPECT_FALSE(
      connection.execute("INSERT INTO name_index (name_index, rank) VALUES ('integrity-check', 1)").has_value());
}

TEST(SqliteTexts, AnUploadWritesNothingIntoTheIndex) {
  const Folder folder;
  const auto catalog = open(folder);
  const Attachment row = add(*catalog, "a", "cat");
  EXPECT_EQ(count(folder, "SELECT count(*) FROM name_texts"), 0);
  EXPECT_EQ(count_found(*catalog, "cat"), 1U);
  EXPECT_EQ(count(folder, "SELECT count(*) FROM name_texts"), 1);
  EXPECT_EQ(count(folder, "SELECT up_to FROM name_mark"), row.id.value);
}

TEST(SqliteTexts, AnOnlookerSearchesWhatIsIndexed) {
  const Folder folder;
  const auto server = open(folder);
  add(*server, "a", "cat");
  EXPECT_EQ(count_found(*server, "cat"), 1U);
  add(*server, "b", "cat");
  const auto onlooker = open(folder, Mode::ReadOnly);
  EXPECT_EQ(count_found(*onlooker, "cat"), 1U);
  EXPECT_TRUE(findings(*onlooker).empty());
  EXPECT_EQ(count_found(*server, "cat"), 2U);
  EXPECT_EQ(count_found(*onlooker, "cat"), 2U);
}

/// What a server of schema 2 has left.
void make_schema_2(const Folder& folder) {
  Connection connection = look_into(folder);
  must(connection.execute(
      "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) "
      "STRICT"));
  for (const Migration& migration : migrations().first(2)) {
    must(connection.execute(migration.sql));
    Statement statement("INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, 0)");
    must(Query(connection, statement, migration.number, migration.name).run());
  }
  must(connection.execute(
      "INSERT INTO users (id, bytes, files) VALUES (7, 10, 1);"
      "INSERT INTO blobs (id, user_id, store, key, size, sha256, created_at) VALUES (3, 7, 'l', 'k', 10, zeroblob(32), "
      "0);"
      "INSERT INTO attachments (id, user_id, blob_id, collection, filename, mime_type, metadata, state, created_at, "
      "updated_at, version) VALUES (5, 7, 3, 'default', 'old cat', 'text/plain', '{\"a\":\"b\"}', 2, 0, 0, 1)"));
}

TEST(SqliteTexts, FilesFromBeforeThereWasAnIndexAreFoundByTheirNames) {
  const Folder folder;
  make_schema_2(folder);
  const auto catalog = open(folder);
  EXPECT_TRUE(findings(*catalog).empty());
  EXPECT_EQ(must(testing::find(*catalog, AttachmentId{5})).blob.text_state, TextState::None);
  EXPECT_EQ(count_found(*catalog, "old"), 1U);
  EXPECT_EQ(count_found(*catalog, "b"), 1U);
  must(catalog->texts().read_again(kAnna, AttachmentId{5}, kContext));
  must(catalog->texts().add_pages(BlobId{3}, {{.page = 1, .text = "dog"}}, kContext));
  EXPECT_EQ(count_found(*catalog, "dog"), 1U);
  must(catalog->remove(kAnna, {AttachmentId{5}}, std::nullopt, kContext));
  EXPECT_EQ(count_found(*catalog, "old"), 0U);
  check_indexes(folder);
}

struct Damage {
  const char* sql;
  const char* finding;
};

TEST(SqliteTexts, FindsRowsThatContradictEachOther) {
  const Damage cases[] = {
      {"DELETE FROM name_texts", "is not searched by its names"},
      {"UPDATE name_texts SET owner = 8", "by names it does not have"},
      {"UPDATE page_texts SET owner = 8", "pages of a text that it should not have"},
      {"UPDATE blobs SET text_state = 0", "pages of a text that it should not have"},
      {"UPDATE blobs SET text_state = 9", "text_state nobody knows"},
  };
  for (const Damage& c : cases) {
    const Folder folder;
    {
      const auto catalog = open(folder);
      const Attachment row = add(*catalog, "a", "cat");
      must(catalog->texts().add_pages(row.blob.id, {{.page = 1, .text = "dog"}}, kContext));
      EXPECT_EQ(count_found(*catalog, "cat"), 1U);
    }
    must(look_into(folder).execute(c.sql));
    const auto found = findings(*open(folder));
    ASSERT_FALSE(found.empty()) << c.sql;
    EXPECT_NE(found[0].find(c.finding), std::string::npos) << found[0];
  }
}

TEST(SqliteTexts, DamagedWordsAreCorruptAndNothingWorse) {
  const Folder folder;
  const auto catalog = open(folder);
  const Attachment row = add(*catalog, "a", "cat");
  must(catalog->texts().add_pages(row.blob.id, {{.page = 1, .text = "dog"}}, kContext));
  for (const char* words : {"x'00'", "zeroblob(16)", "x'ffffffffffffffffffffffffffffff'"}) {
    must(look_into(folder).execute(("UPDATE page_texts SET words = " + std::string(words)).c_str()));
    const auto pages = io::sync_wait(catalog->texts().pages_after(row.blob.id, 0, 10, kContext));
    ASSERT_FALSE(pages.has_value()) << words;
    EXPECT_EQ(pages.error().kind, ErrorKind::Corrupt);
  }
}

TEST(SqliteTexts, AStaleRowOfTheIndexIsNotServed) {
  const Folder folder;
  const auto catalog = open(folder);
  const Attachment row = add(*catalog, "a", "cat");
  must(catalog->texts().add_pages(row.blob.id, {{.page = 1, .text = "dog"}}, kContext));
  EXPECT_EQ(count_found(*catalog, "cat"), 1U);
  must(look_into(folder).execute("INSERT INTO users (id) VALUES (8); UPDATE attachments SET user_id = 8"));
  EXPECT_EQ(count_found(*catalog, "cat"), 0U);
  EXPECT_EQ(count_found(*catalog, "dog"), 0U);
}

TEST(MatchText, IsMadeOfWordsAndOurOwnSyntax) {
  const std::vector<SearchTerm> terms{{.phrase = R"(one" OR owner:8 *)", .is_prefix = true}};
  EXPECT_EQ(match_text(kAnna, detail::phrases_of(terms).wanted.at(0)), "\"7\none or owner 8\" *");
}

io::Task<void> change_something(Catalog& catalog, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](std::size_t below) { return random() % below; };
  const auto word = [&] { return std::string(1 + draw(3), static_cast<char>('a' + draw(5))); };
  const AttachmentId id{static_cast<std::int64_t>(1 + draw(30))};
  const BlobId blob{static_cast<std::int64_t>(1 + draw(30))};
  std::vector<PageText> pages;
  for (std::size_t i = draw(4); i > 0; --i)
    pages.push_back({.page = static_cast<std::int64_t>(1 + draw(5)), .text = word() + " " + word()});
  AttachmentChange change;
  change.filename = word();
  change.tags = {word()};
  SearchQuery query{.user_id = kAnna, .terms = {{.phrase = word()}}};
  // What fails is as it should be: many of these ids are not there (any more).
  switch (draw(6)) {
    case 0: (void)co_await catalog.add(kAnna, one(file(std::to_string(seed))), {}, std::nullopt, kContext); break;
    case 1: (void)co_await catalog.update(kAnna, id, change, std::nullopt, kContext); break;
    // Half of it done when it finds the version of the second: rolled back to a savepoint.
    case 2: (void)co_await catalog.remove(kAnna, {id, AttachmentId{id.value + 1}}, 2, kContext); break;
    case 3: (void)co_await catalog.texts().add_pages(blob, pages, kContext); break;
    case 4: (void)co_await catalog.texts().clear_pages(blob, kContext); break;
    default: (void)co_await catalog.texts().search(query, kContext); break;
  }
}

TEST(SqliteTexts, TheIndexesFitTheRowsAfterRandomChangesManyAtOnce) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const Folder folder;
  const auto catalog = open(folder);
  for (std::uint64_t round = 0; round < 30; ++round) {
    boost::asio::io_context loop;
    for (std::uint64_t i = 0; i < 20; ++i) {
      boost::asio::co_spawn(loop, change_something(*catalog, seed + 100 * round + i),
                            [](const std::exception_ptr& thrown) {
                              if (thrown) std::rethrow_exception(thrown);
                            });
    }
    loop.run();
    if (round % 10 == 9) check_indexes(folder);
  }
  EXPECT_GT(count(folder, "SELECT count(*) FROM page_texts"), 0);
  must(catalog->texts().rebuild_index(kContext));
  check_indexes(folder);
  EXPECT_TRUE(findings(*catalog).empty());
}

}  // namespace
}  // namespace holdall::catalog::sqlite
