#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace holdall {
namespace {

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::NotFound;
    case EEXIST: return ErrorKind::Conflict;
    case ENOSPC:
    case EDQUOT: return ErrorKind::NoSpace;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN: return ErrorKind::Overloaded;
    case EIO:
    case EROFS: return ErrorKind::Unavailable;
    case ECANCELED: return ErrorKind::Cancelled;
    case ETIMEDOUT: return ErrorKind::Timeout;
    default: return ErrorKind::Internal;
  }
}

std::string_view message_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound: return "There is nothing here.";
    case ErrorKind::Conflict: return "It exists already.";
    case ErrorKind::NoSpace: return "The store is full; try again when space has been made.";
    case ErrorKind::Overloaded: return "The server is busy; try again in a moment.";
    case ErrorKind::Unavailable: return "The store does not take or give files at the moment; try again later.";
    case ErrorKind::Cancelled: return "The request was cancelled.";
    case ErrorKind::Timeout: return "It took too long; try again.";
    default: return "Something went wrong on our side; the request id helps to find it.";
  }
}

}  // namespace

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound: return "NotFound";
    case ErrorKind::Gone: return "Gone";
    case ErrorKind::Conflict: return "Conflict";
    case ErrorKind::PreconditionFailed: return "PreconditionFailed";
    case ErrorKind::Locked: return "Locked";
    case ErrorKind::InvalidArgument: return "InvalidArgument";
    case ErrorKind::Unprocessable: return "Unprocessable";
    case ErrorKind::Unauthenticated: return "Unauthenticated";
    case ErrorKind::Forbidden: return "Forbidden";
    case ErrorKind::MethodNotAllowed: return "MethodNotAllowed";
    case ErrorKind::TooLarge: return "TooLarge";
    case ErrorKind::Unsupported: return "Unsupported";
    case ErrorKind::RangeInvalid: return "RangeInvalid";
    case ErrorKind::QuotaExceeded: return "QuotaExceeded";
    case ErrorKind::Overloaded: return "Overloaded";
    case ErrorKind::Timeout: return "Timeout";
    case ErrorKind::Unavailable: return "Unavailable";
    case ErrorKind::Cancelled: return "Cancelled";
    case ErrorKind::Corrupt: return "Corrupt";
    case ErrorKind::NoSpace: return "NoSpace";
    case ErrorKind::Internal: return "Internal";
  }
  return "Unknown";
}

Error make_error(ErrorKind kind, std::string code, std::string message, std::string internal) {
  return Error{kind, std::move(code), std::move(message), std::move(internal), {}};
}

Error internal_error(std::string internal) {
  return make_error(ErrorKind::Internal, "internal", std::string(message_of(ErrorKind::Internal)), std::move(internal));
}

std::string describe(const Error& error) {
  std::string text(name_of(error.kind));
  if (!error.code.empty()) text += " " + error.code;
  if (!error.message.empty()) text += ": " + error.message;
  if (!error.internal.empty()) text += " [" + error.internal + "]";
  return text;
}

Error error_from_errno(int error_number, std::string_view what) {
  const ErrorKind kind = kind_of_errno(error_number);
  char buffer[128];
  std::string internal(what);
  internal += ": ";
  internal += strerror_r(error_number, buffer, sizeof buffer);
  return make_error(kind, {}, std::string(message_of(kind)), std::move(internal));
}

}  // namespace holdall
