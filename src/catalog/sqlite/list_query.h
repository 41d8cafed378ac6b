#pragma once
// The listing: which statement answers a query, and with which values. Texts of a caller are bound, never written into
// the statement.
#include <cstddef>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

struct ListStatement {
  using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
  std::string sql;
  std::vector<Value> values;
};

/// One row more than `query.limit`, so that whoever asks sees whether there are more.
ListStatement page_statement(const ListQuery& query, Timestamp now);
ListStatement count_statement(const ListQuery& query, Timestamp now);

class Listing {
 public:
  explicit Listing(Connection& connection) : connection_(connection) {}

  Result<ListPage> page(const ListQuery& query, Timestamp now);

 private:
  Statement& prepared(const std::string& sql);

  Connection& connection_;
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace holdall::catalog::sqlite
