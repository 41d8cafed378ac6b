#pragma once
// What was made from blobs.
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

class DerivativeTable {
 public:
  explicit DerivativeTable(Connection& connection) : connection_(connection) {}

  Result<std::optional<Derivative>> find(BlobId blob, std::string_view recipe);
  /// Takes the place of an earlier failure. False, and nothing done, when the blob has no row.
  Result<bool> put(const Derivative& made);
  Result<void> forget(BlobId blob, std::string_view recipe, std::string_view key);
  /// Removes all of a blob but the `kept` youngest; answers store and key of each that has bytes.
  Result<std::vector<std::pair<std::string, std::string>>> erase_but(BlobId blob, std::size_t kept);

 private:
  Connection& connection_;
  Statement find_{
      "SELECT store, key, size, sha256, mime_type, width, height, failure, created_at FROM derivatives "
      "WHERE blob_id = ? AND recipe = ?"};
  Statement put_{
      "INSERT INTO derivatives (blob_id, recipe, store, key, size, sha256, mime_type, width, height, "
      "failure, created_at) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM blobs WHERE id = ?1"};
  Statement forget_failure_{"DELETE FROM derivatives WHERE blob_id = ? AND recipe = ? AND key IS NULL"};
  Statement forget_{"DELETE FROM derivatives WHERE blob_id = ? AND recipe = ? AND key = ?"};
  Statement erase_but_{
      "DELETE FROM derivatives WHERE blob_id = ?1 AND recipe IN (SELECT recipe FROM derivatives WHERE blob_id = ?1 "
      "ORDER BY created_at DESC, recipe LIMIT -1 OFFSET ?2) RETURNING store, key"};
};

}  // namespace holdall::catalog::sqlite
