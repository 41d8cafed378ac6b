#pragma once
// What fsck and gc ask of the catalog: walks over all rows, for a thread that has time.
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/database.h"

namespace holdall::catalog::sqlite {

Result<std::vector<BlobRow>> blobs_after(Connection& connection, BlobId after, std::size_t limit);
Result<std::vector<std::string>> known_keys(Connection& connection, const std::string& store,
                                            const std::vector<std::string>& keys);
Result<std::vector<UsageDifference>> usage_differences(Connection& connection);
/// Sets right those that (still) differ.
Result<void> repair_usage(Database& db, const std::vector<UsageDifference>& differences);
/// SQLite's own check, foreign keys, and the rules that no constraint holds.
Result<std::vector<std::string>> integrity_findings(Connection& connection);

}  // namespace holdall::catalog::sqlite
