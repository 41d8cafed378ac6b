#include "catalog/sqlite/connection.h"

#include <mutex>
#include <string>

#include <sqlite3.h>

#include "catalog/sqlite/classify.h"
#include "catalog/sqlite/fts.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr int kBusyTimeoutMilliseconds = 1000;  // another process recovers the WAL, or an operator looks in

constexpr std::size_t kMostOfStatementTold = 300;  // a migration is pages long

// Counting every allocation under one lock costs a tenth of a point read.
void configure_library() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

std::string pragmas(const Connection::Options& options) {
  std::string sql =
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA cache_size = -" +
      std::to_string(options.cache_bytes / 1024) + ";";
  if (options.access == Access::Read) return sql + "PRAGMA query_only = ON;";
  // FULL: NORMAL does not sync the WAL at commit, so that a loss of power takes acknowledged rows with it.
  // The writer checkpoints by itself, when nobody waits (autocheckpoint would stall whoever comes by).
  return sql + "PRAGMA page_size = " + std::to_string(options.page_size) +
         ";"
         "PRAGMA journal_mode = WAL;"
         "PRAGMA synchronous = FULL;"
         "PRAGMA wal_autocheckpoint = 0;"
         "PRAGMA journal_size_limit = 67108864;"
         "PRAGMA secure_delete = FAST;";
}

}  // namespace

void Connection::Close::operator()(::sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<Connection> Connection::open(const std::filesystem::path& file, const Options& options) {
  configure_library();
  const int mode = options.access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  ::sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK)
    return fail(classify(code, handle ? sqlite3_system_errno(handle) : 0, "open " + file.string()));
  HOLDALL_TRY_VOID(connection.set_up(options));
  return connection;
}

Result<void> Connection::set_up(const Options& options) {
  sqlite3_busy_timeout(handle(), kBusyTimeoutMilliseconds);
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // Only the writer moves the WAL into the file: two at it can lose pages (the WAL-reset bug, fixed in 3.51.3).
  if (options.access == Access::Read) sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  HOLDALL_TRY_VOID(execute(pragmas(options).c_str()));
  return register_fts(handle());
}

Result<void> Connection::execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fail(error(sql));
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle()); }
std::int64_t Connection::total_changes() const { return sqlite3_total_changes64(handle()); }
std::int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(handle()); }
bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

Error Connection::error(std::string_view what) const {
  const int code = sqlite3_extended_errcode(handle());
  // errno says something about calls to the system only; an older one may still stand there.
  const bool from_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  std::string text = sqlite3_errmsg(handle());
  text += " in: ";
  text += what.substr(0, kMostOfStatementTold);
  return classify(code, from_system ? sqlite3_system_errno(handle()) : 0, text);
}

}  // namespace holdall::catalog::sqlite
