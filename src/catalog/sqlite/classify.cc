#include "catalog/sqlite/classify.h"

#include <cerrno>
#include <string>

#include <sqlite3.h>

namespace holdall::catalog::sqlite {
namespace {

ErrorKind kind_of_io_error(int extended_code, int system_errno) {
  if (system_errno == ENOSPC || system_errno == EDQUOT) return ErrorKind::NoSpace;
  switch (extended_code) {
    case SQLITE_IOERR_NOMEM: return ErrorKind::Overloaded;
    case SQLITE_IOERR_CORRUPTFS:
    case SQLITE_IOERR_DATA: return ErrorKind::Corrupt;
    default: return ErrorKind::Unavailable;
  }
}

ErrorKind kind_of(int extended_code, int system_errno) {
  switch (extended_code & 0xff) {
    case SQLITE_FULL: return ErrorKind::NoSpace;
    case SQLITE_IOERR: return kind_of_io_error(extended_code, system_errno);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM: return ErrorKind::Overloaded;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOLFS: return ErrorKind::Unavailable;
    case SQLITE_INTERRUPT: return ErrorKind::Cancelled;
    case SQLITE_TOOBIG: return ErrorKind::TooLarge;
    default: return ErrorKind::Internal;
  }
}

std::string message_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NoSpace: return "There is no space left to record this; try again when space has been made.";
    case ErrorKind::Overloaded: return "The server is busy; try again in a moment.";
    case ErrorKind::Unavailable: return "The catalog cannot be read or written at the moment; try again later.";
    case ErrorKind::Corrupt: return "The catalog is damaged; the operator has to look at it.";
    case ErrorKind::Cancelled: return "The request was cancelled.";
    case ErrorKind::TooLarge: return "A value is too large to be recorded; make it smaller.";
    default: return {};
  }
}

}  // namespace

Error classify(int extended_code, int system_errno, std::string_view what) {
  std::string internal = "sqlite " + std::to_string(extended_code) + " (" + sqlite3_errstr(extended_code) + ")";
  if (system_errno != 0) internal += " errno " + std::to_string(system_errno);
  internal += ": ";
  internal += what;
  const ErrorKind kind = kind_of(extended_code, system_errno);
  if (kind == ErrorKind::Internal) return internal_error(std::move(internal));
  return make_error(kind, {}, message_of(kind), std::move(internal));
}

}  // namespace holdall::catalog::sqlite
