#pragma once
// What went wrong, in words for two readers: the caller (kind, code, message, details) and the operator (internal).
//
// A kind says what the caller may do about it; only http/problem.h knows which status a kind becomes. `code` is the
// stable, machine-readable name of the problem ("file-type-not-allowed"); `message` is one sentence a person can act
// on and may be shown to anyone; `internal` goes to the log only (paths, errno, SQL) and never leaves the process.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdall {

enum class ErrorKind : std::uint8_t {
  NotFound,
  Gone,
  Conflict,
  PreconditionFailed,
  Locked,
  InvalidArgument,
  Unprocessable,
  Unauthenticated,
  Forbidden,
  MethodNotAllowed,
  TooLarge,
  Unsupported,
  RangeInvalid,
  QuotaExceeded,
  Overloaded,
  Timeout,
  Unavailable,
  Cancelled,
  Corrupt,
  NoSpace,
  Internal,
};

/// The kind's name as it stands in logs ("NotFound").
std::string_view name_of(ErrorKind kind);

/// Further members of a problem document: a number, a text or a list of texts, in the order given.
using ErrorDetail = std::variant<std::int64_t, std::string, std::vector<std::string>>;

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string code;      ///< stable name in kebab-case; empty: the kind's own
  std::string message;   ///< for the caller
  std::string internal;  ///< for the log
  std::vector<std::pair<std::string, ErrorDetail>> details;

  /// Adds a member to the problem document; returns itself so that errors can be built in one expression.
  Error&& with(std::string name, ErrorDetail value) && {
    details.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
};

Error make_error(ErrorKind kind, std::string code, std::string message, std::string internal = {});

/// A failure of ours: the caller sees only that something went wrong; `internal` says what.
Error internal_error(std::string internal);

/// "NotFound no-such-attachment: message [internal]", for logs and test output.
std::string describe(const Error& error);

/// Classifies errno of a file system call (ENOSPC, EDQUOT -> NoSpace; ENOENT -> NotFound; EIO -> Unavailable; ...).
/// `what` names the call and its object, for the log.
Error error_from_errno(int error_number, std::string_view what);

}  // namespace holdall
