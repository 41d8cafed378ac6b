#pragma once
// What requests with an Idempotency-Key were answered.
#include <optional>
#include <string_view>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

class AnswerTable {
 public:
  explicit AnswerTable(Connection& connection) : connection_(connection) {}

  /// Nothing when there is none or it has expired.
  Result<std::optional<EarlierAnswer>> find(UserId user, std::string_view key, Timestamp now);
  /// Takes the place of an expired one.
  Result<void> put(UserId user, const IdempotencyClaim& claim, const StoredAnswer& answer);
  /// Removes up to `limit` that have expired; answers how many.
  Result<std::size_t> forget(Timestamp now, std::size_t limit);

 private:
  Connection& connection_;
  Statement find_{"SELECT fingerprint, status, body FROM answers WHERE user_id = ? AND key = ? AND expires_at > ?"};
  Statement put_{
      "INSERT OR REPLACE INTO answers (user_id, key, fingerprint, status, body, expires_at) VALUES (?, ?, ?, ?, ?, ?)"};
  Statement forget_{
      "DELETE FROM answers WHERE rowid IN "
      "(SELECT rowid FROM answers WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)"};
};

}  // namespace holdall::catalog::sqlite
