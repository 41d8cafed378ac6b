#include "catalog/sqlite/migrations.h"

#include <string>

#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {
namespace {

Failure refuse(std::string message) { return fail(ErrorKind::InvalidArgument, "catalog-schema", std::move(message)); }

Result<std::int64_t> single_integer(Connection& connection, const char* sql) {
  Statement statement(sql);
  Query query(connection, statement);
  HOLDALL_TRY(const bool row, query.next());
  if (!row) return fail(internal_error(std::string("no row from: ") + sql));
  return query.integer(0);
}

/// Zero for an empty file.
Result<std::int64_t> schema_version(Connection& connection) {
  HOLDALL_TRY(const std::int64_t objects, single_integer(connection, "SELECT count(*) FROM sqlite_schema"));
  if (objects == 0) return 0;
  HOLDALL_TRY(const std::int64_t ours, single_integer(connection,
                                                      "SELECT count(*) FROM sqlite_schema "
                                                      "WHERE type = 'table' AND name = 'schema_version'"));
  if (ours == 0) return refuse("The catalog's file is a database of another program; choose another folder.");
  return single_integer(connection, "SELECT coalesce(max(version), 0) FROM schema_version");
}

Result<void> refuse_newer(std::int64_t version) {
  const auto known = std::int64_t{migrations().back().number};
  if (version <= known) return {};
  return refuse("The catalog has schema " + std::to_string(version) + ", but this program knows only up to " +
                std::to_string(known) + "; use the version of Holdall that last ran here, or a newer one.");
}

Result<void> apply(Connection& connection, const Migration& migration, Timestamp now) {
  HOLDALL_TRY_VOID(connection.execute(migration.sql));
  Statement statement("INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, ?)");
  return Query(connection, statement, migration.number, migration.name, now).run();
}

Result<void> apply_missing(Connection& connection, Timestamp now) {
  HOLDALL_TRY(const std::int64_t version, schema_version(connection));
  HOLDALL_TRY_VOID(refuse_newer(version));
  if (version == 0) {
    HOLDALL_TRY_VOID(
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version ("
                           "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL"
                           ") STRICT"));
  }
  for (const Migration& migration : migrations()) {
    if (migration.number > version) HOLDALL_TRY_VOID(apply(connection, migration, now));
  }
  return {};
}

}  // namespace

Result<void> migrate(Connection& connection, Timestamp now) {
  HOLDALL_TRY_VOID(connection.execute("BEGIN IMMEDIATE"));
  auto outcome = apply_missing(connection, now);
  if (outcome) outcome = connection.execute("COMMIT");
  if (!outcome && connection.is_in_transaction()) (void)connection.execute("ROLLBACK");  // the first error counts
  return outcome;
}

Result<void> require_newest(Connection& connection) {
  HOLDALL_TRY(const std::int64_t version, schema_version(connection));
  HOLDALL_TRY_VOID(refuse_newer(version));
  if (version == migrations().back().number) return {};
  return refuse("The catalog has the older schema " + std::to_string(version) +
                "; start the server once, it brings the catalog up to date.");
}

}  // namespace holdall::catalog::sqlite
