#include "catalog/sqlite/classify.h"

#include <cerrno>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace holdall::catalog::sqlite {
namespace {

struct Case {
  int code;
  int system_errno;
  ErrorKind kind;
};

TEST(ClassifySqlite, SaysWhatTheCallerMayDo) {
  const Case cases[] = {
      {SQLITE_FULL, 0, ErrorKind::NoSpace},
      {SQLITE_IOERR_WRITE, ENOSPC, ErrorKind::NoSpace},
      {SQLITE_IOERR_FSYNC, EDQUOT, ErrorKind::NoSpace},
      {SQLITE_IOERR_SHMSIZE, ENOSPC, ErrorKind::NoSpace},
      {SQLITE_IOERR, 0, ErrorKind::Unavailable},
      {SQLITE_IOERR_READ, EIO, ErrorKind::Unavailable},
      {SQLITE_IOERR_FSYNC, EIO, ErrorKind::Unavailable},
      {SQLITE_IOERR_NOMEM, 0, ErrorKind::Overloaded},
      {SQLITE_IOERR_CORRUPTFS, 0, ErrorKind::Corrupt},
      {SQLITE_CORRUPT, 0, ErrorKind::Corrupt},
      {SQLITE_CORRUPT_INDEX, 0, ErrorKind::Corrupt},
      {SQLITE_NOTADB, 0, ErrorKind::Corrupt},
      {SQLITE_BUSY, 0, ErrorKind::Overloaded},
      {SQLITE_BUSY_RECOVERY, 0, ErrorKind::Overloaded},
      {SQLITE_LOCKED, 0, ErrorKind::Overloaded},
      {SQLITE_NOMEM, 0, ErrorKind::Overloaded},
      {SQLITE_CANTOPEN, EMFILE, ErrorKind::Unavailable},
      {SQLITE_READONLY, 0, ErrorKind::Unavailable},
      {SQLITE_INTERRUPT, 0, ErrorKind::Cancelled},
      {SQLITE_TOOBIG, 0, ErrorKind::TooLarge},
      {SQLITE_CONSTRAINT_UNIQUE, 0, ErrorKind::Internal},
      {SQLITE_ERROR, 0, ErrorKind::Internal},
      {SQLITE_MISUSE, 0, ErrorKind::Internal},
  };
  for (const Case& c : cases) {
    const Error error = classify(c.code, c.system_errno, "insert");
    EXPECT_EQ(error.kind, c.kind) << c.code << " errno " << c.system_errno;
    EXPECT_FALSE(error.message.empty()) << c.code;
    EXPECT_EQ(error.message.find("sqlite"), std::string::npos) << error.message;
    EXPECT_NE(error.internal.find(": insert"), std::string::npos) << error.internal;
  }
}

}  // namespace
}  // namespace holdall::catalog::sqlite
