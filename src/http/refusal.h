#pragma once
// Why a message was refused before any handler saw it: the protocol's own errors, each with its status and sentence.
#include <cstdint>
#include <string_view>

namespace holdall::http {

enum class Refusal : std::uint8_t {
  None,
  BadLineEnd,      ///< a line that does not end in CR LF, or a CR elsewhere
  BadRequestLine,  ///< not `method SP target SP version`
  BadTarget,       ///< characters or a form that no request target has
  TargetTooLong,
  UnknownMethod,
  UnsupportedVersion,
  BadField,     ///< no name, white space before the colon, control characters
  FoldedField,  ///< obs-fold (RFC 9112 section 5.2)
  FieldsTooLarge,
  TooManyFields,
  MissingHost,
  BadHost,              ///< several, malformed, or different from the target's authority
  BadContentLength,     ///< several, or not plain digits below 2^63
  BadTransferEncoding,  ///< anything but exactly `chunked`, or in HTTP/1.0
  AmbiguousLength,      ///< Transfer-Encoding and Content-Length
  BadChunk,             ///< size, extension or line end of a chunk
  BadTrailer,
  UnknownExpectation,
};

struct RefusalText {
  int status;
  std::string_view code;     ///< of the problem
  std::string_view message;  ///< one sentence a person can act on
};

/// `None` is a programmer error.
RefusalText describe(Refusal refusal);

}  // namespace holdall::http
