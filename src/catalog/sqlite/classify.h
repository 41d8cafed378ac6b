#pragma once
// What a result code of SQLite means for the caller: the one place where its codes become Errors.
#include <string_view>

#include "base/error.h"

namespace holdall::catalog::sqlite {

/// `extended_code` as sqlite3_extended_errcode gives it, `system_errno` as sqlite3_system_errno (it tells a full disk
/// or quota from a broken one); `what` goes to the log.
Error classify(int extended_code, int system_errno, std::string_view what);

}  // namespace holdall::catalog::sqlite
