#pragma once
// A prepared statement, and one execution of it with its values.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sha256.h"
#include "catalog/sqlite/connection.h"

struct sqlite3_stmt;

namespace holdall::catalog::sqlite {

/// Prepared at first use, then kept. Dies before its connection.
class Statement {
 public:
  explicit Statement(std::string sql) : sql_(std::move(sql)) {}
  ~Statement();
  Statement(Statement&& other) noexcept : sql_(std::move(other.sql_)), handle_(std::exchange(other.handle_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;

  const std::string& sql() const { return sql_; }

 private:
  friend class Query;
  int prepare(Connection& connection);

  std::string sql_;
  ::sqlite3_stmt* handle_ = nullptr;
};

/// One execution. Texts and digests are bound by reference and must outlive it (a temporary string does not compile).
/// `Query query(db, statement, user, key); HOLDALL_TRY(bool found, query.next());` The statement is reset at the end.
class Query {
 public:
  template <class... Values>
  Query(Connection& connection, Statement& statement, Values&&... values) : Query(connection, statement) {
    (bind(std::forward<Values>(values)), ...);
  }
  Query(Connection& connection, Statement& statement);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Gives the next value to the next placeholder; a failure is told by next() or run().
  template <class Value>
  void bind(Value&& value) {
    using Plain = std::remove_cvref_t<Value>;
    static_assert(!(std::is_same_v<Plain, std::string> && std::is_rvalue_reference_v<Value&&>), "would dangle");
    bind_value(std::forward<Value>(value));
  }

  /// True when there is a row to look at.
  Result<bool> next();
  /// For what answers no rows.
  Result<void> run();

  std::int64_t integer(int column) const;
  bool is_null(int column) const;
  std::string text(int column) const { return std::string(text_view(column)); }
  std::string_view text_view(int column) const;   ///< until the next call of next()
  std::string_view bytes_view(int column) const;  ///< of a BLOB; the same
  double real(int column) const;
  Sha256Digest digest(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  void bind_value(std::int64_t value);
  void bind_value(int value) { bind_value(std::int64_t{value}); }
  void bind_value(double value);
  void bind_value(std::string_view value);
  void bind_value(std::nullptr_t);
  void bind_value(const Sha256Digest& value);
  void bind_value(std::span<const std::byte> value);  ///< a BLOB; NULL when it is empty
  void bind_value(Timestamp value) { bind_value(to_micros(value)); }
  template <class Tag>
  void bind_value(Id<Tag> id) {
    bind_value(id.value);
  }
  template <class T>
  void bind_value(const std::optional<T>& value) {
    if (value) return bind_value(*value);
    bind_value(nullptr);
  }
  void note(int code);

  Connection& connection_;
  ::sqlite3_stmt* handle_;
  const std::string& sql_;
  int bound_ = 0;
  int failed_ = 0;  ///< the first code that was not OK
};

}  // namespace holdall::catalog::sqlite
