#pragma once
// Durable work: due at a time, leased by moving that time.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

class JobTable {
 public:
  explicit JobTable(Connection& connection) : connection_(connection) {}

  Result<void> insert(std::string_view kind, std::string_view payload, Timestamp now);
  Result<bool> has_due(std::string_view kind, Timestamp now);
  /// The longest due first.
  Result<std::vector<Job>> lease(std::string_view kind, std::size_t limit, Timestamp now, Timestamp until);
  Result<void> erase(JobId id);
  /// Ends all leases: for whoever knows that nobody has any left.
  Result<void> end_leases(Timestamp now);
  Result<void> give_back(JobId id, Timestamp due_at, std::string_view reason, bool dead);

 private:
  Connection& connection_;
  Statement insert_{"INSERT INTO jobs (kind, payload, due_at, created_at) VALUES (?1, ?2, ?3, ?3)"};
  Statement has_due_{"SELECT 1 FROM jobs WHERE kind = ? AND dead = 0 AND due_at <= ? LIMIT 1"};
  Statement due_{
      "SELECT id, payload, attempts FROM jobs WHERE kind = ? AND dead = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?"};
  Statement lease_{"UPDATE jobs SET attempts = attempts + 1, due_at = ? WHERE id = ?"};
  Statement end_leases_{"UPDATE jobs SET due_at = ?1 WHERE dead = 0 AND attempts > 0 AND due_at > ?1"};
  Statement erase_{"DELETE FROM jobs WHERE id = ?"};
  Statement give_back_{"UPDATE jobs SET due_at = ?, reason = ?, dead = ? WHERE id = ?"};
};

}  // namespace holdall::catalog::sqlite
