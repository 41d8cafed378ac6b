#pragma once
// The schema's history: numbered SQL files, compiled in, each applied once.
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/sqlite/connection.h"

namespace holdall::catalog::sqlite {

struct Migration {
  int number;
  std::string_view name;
  const char* sql;
};

/// 1, 2, 3 ... without gaps.
std::span<const Migration> migrations();

/// Brings the file to the newest schema in one transaction, so that a crash leaves the old one. Refuses, with a
/// sentence for the operator, a file of a newer program and one that is no catalog.
Result<void> migrate(Connection& connection, Timestamp now);

/// For those that only read: the file must have exactly the newest schema.
Result<void> require_newest(Connection& connection);

}  // namespace holdall::catalog::sqlite
