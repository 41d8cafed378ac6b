#pragma once
// A read transaction that the point reads of one round of an io thread's loop share: beginning and ending one costs
// more (four locks of the WAL's index) than looking up a row.
#include <cstdint>

#include "base/result.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {

/// Of one reading connection, on the thread that uses it. While it is open the WAL cannot be emptied beyond it: so it
/// is let go at the end of the round.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {}

  /// Opens it, or exchanges it for a newer one, so that it shows all that the first `commits` commits have made.
  Result<void> hold(std::uint64_t commits);
  /// The same where one is open; nothing else.
  Result<void> renew(std::uint64_t commits);
  void let_go();

  bool is_open() const { return is_open_; }

 private:
  Connection& connection_;
  Statement begin_{"BEGIN"};
  Statement end_{"COMMIT"};
  bool is_open_ = false;
  std::uint64_t commits_ = 0;  ///< it was opened when there had been so many
};

}  // namespace holdall::catalog::sqlite
