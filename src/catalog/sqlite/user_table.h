#pragma once
// Users: which id a subject has, and what each keeps.
#include <optional>
#include <string_view>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

class UserTable {
 public:
  explicit UserTable(Connection& connection) : connection_(connection) {}

  Result<std::optional<UserId>> find(std::string_view subject);
  /// An id above 2^40, never given out before.
  Result<UserId> create(std::string_view subject);

  Result<Usage> usage(UserId user);
  /// Adds to the usage; QuotaExceeded, and nothing changed, when that is more than `quota`.
  Result<void> charge(UserId user, const Usage& more, const Quota& quota);
  Result<void> discharge(UserId user, const Usage& less);
  /// Sets the usage to the sum of the user's rows.
  Result<void> recount(UserId user);

 private:
  Result<void> charge_new(UserId user, const Usage& more, const Quota& quota);

  Connection& connection_;
  Statement find_{"SELECT id FROM users WHERE subject = ?"};
  Statement create_{
      "INSERT INTO users (id, subject) VALUES (max(1099511627776, (SELECT coalesce(max(id), 0) FROM users)) + 1, ?)"};
  Statement usage_{"SELECT bytes, files FROM users WHERE id = ?"};
  Statement charge_{
      "UPDATE users SET bytes = bytes + ?1, files = files + ?2 "
      "WHERE id = ?3 AND bytes + ?1 <= ?4 AND files + ?2 <= ?5"};
  Statement insert_{"INSERT INTO users (id, bytes, files) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"};
  Statement discharge_{"UPDATE users SET bytes = bytes - ?, files = files - ? WHERE id = ?"};
  Statement recount_{
      "UPDATE users SET (bytes, files) = (SELECT coalesce(sum(b.size), 0), count(*) FROM attachments AS a "
      "JOIN blobs AS b ON b.id = a.blob_id WHERE a.user_id = ?1) WHERE id = ?1"};
};

}  // namespace holdall::catalog::sqlite
