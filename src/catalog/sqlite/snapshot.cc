#include "catalog/sqlite/snapshot.h"

namespace holdall::catalog::sqlite {

// BEGIN alone sees nothing yet: the snapshot is taken by the read that follows, which is later than the count.
Result<void> Snapshot::hold(std::uint64_t commits) {
  if (is_open_ && commits_ == commits) return {};
  let_go();
  HOLDALL_TRY_VOID(Query(connection_, begin_).run());
  is_open_ = true;
  commits_ = commits;
  return {};
}

Result<void> Snapshot::renew(std::uint64_t commits) {
  if (!is_open_) return {};
  return hold(commits);
}

// A transaction that has only read has nothing to lose: how its end went is not told.
void Snapshot::let_go() {
  if (!is_open_) return;
  is_open_ = false;
  if (connection_.is_in_transaction()) (void)Query(connection_, end_).run();
}

}  // namespace holdall::catalog::sqlite
