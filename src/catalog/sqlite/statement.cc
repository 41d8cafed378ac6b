#include "catalog/sqlite/statement.h"

#include <algorithm>
#include <cstring>

#include <sqlite3.h>

#include "catalog/sqlite/classify.h"

namespace holdall::catalog::sqlite {

Statement::~Statement() { sqlite3_finalize(handle_); }

int Statement::prepare(Connection& connection) {
  if (handle_ != nullptr) return SQLITE_OK;
  return sqlite3_prepare_v3(connection.handle(), sql_.c_str(), static_cast<int>(sql_.size()) + 1,
                            SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
}

Query::Query(Connection& connection, Statement& statement)
    : connection_(connection), handle_(nullptr), sql_(statement.sql_) {
  failed_ = statement.prepare(connection);
  handle_ = statement.handle_;
}

Query::~Query() { sqlite3_reset(handle_); }

void Query::note(int code) {
  if (code != SQLITE_OK && failed_ == SQLITE_OK) failed_ = code;
}

void Query::bind_value(std::int64_t value) { note(sqlite3_bind_int64(handle_, ++bound_, value)); }
void Query::bind_value(double value) { note(sqlite3_bind_double(handle_, ++bound_, value)); }
void Query::bind_value(std::nullptr_t) { note(sqlite3_bind_null(handle_, ++bound_)); }

void Query::bind_value(std::string_view value) {
  // A null pointer would be NULL instead of the empty text.
  const char* data = value.data() == nullptr ? "" : value.data();
  note(sqlite3_bind_text64(handle_, ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::bind_value(const Sha256Digest& value) {
  note(sqlite3_bind_blob64(handle_, ++bound_, value.bytes.data(), value.bytes.size(), SQLITE_STATIC));
}

void Query::bind_value(std::span<const std::byte> value) {
  if (value.empty()) return bind_value(nullptr);
  note(sqlite3_bind_blob64(handle_, ++bound_, value.data(), value.size(), SQLITE_STATIC));
}

Result<bool> Query::next() {
  if (failed_ == SQLITE_OK) {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    failed_ = code;
    return fail(connection_.error(sql_));
  }
  return fail(classify(failed_, 0, std::string(sqlite3_errmsg(connection_.handle())) + " in: " + sql_));
}

Result<void> Query::run() {
  HOLDALL_TRY(const bool row, next());
  if (row) return fail(internal_error("unexpected row from: " + sql_));
  return {};
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Query::real(int column) const { return sqlite3_column_double(handle_, column); }
bool Query::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

std::string_view Query::text_view(int column) const {
  const auto* text = static_cast<const char*>(static_cast<const void*>(sqlite3_column_text(handle_, column)));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Query::bytes_view(int column) const {
  const void* bytes = sqlite3_column_blob(handle_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

Sha256Digest Query::digest(int column) const {
  Sha256Digest digest;
  const void* bytes = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  if (bytes != nullptr) std::memcpy(digest.bytes.data(), bytes, std::min(size, digest.bytes.size()));
  return digest;
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

}  // namespace holdall::catalog::sqlite
