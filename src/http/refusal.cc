#include "http/refusal.h"

#include <stdexcept>

namespace holdall::http {

RefusalText describe(Refusal refusal) {
  switch (refusal) {
    case Refusal::None: break;
    case Refusal::BadLineEnd: return {400, "bad-line-end", "Every line of the request's head must end in CR LF."};
    case Refusal::BadRequestLine:
      return {400, "bad-request-line",
              "The first line must be a method, a target and a version, one space between them."};
    case Refusal::BadTarget: return {400, "bad-target", "The request target is malformed; percent-encode it."};
    case Refusal::TargetTooLong: return {414, "target-too-long", "The request target is too long; shorten the query."};
    case Refusal::UnknownMethod: return {501, "unknown-method", "This method is not known here."};
    case Refusal::UnsupportedVersion: return {505, "unsupported-version", "Speak HTTP/1.1 or HTTP/1.0."};
    case Refusal::BadField:
      return {400, "bad-field",
              "A header field is malformed: it must be a name, a colon and a value of visible characters."};
    case Refusal::FoldedField: return {400, "folded-field", "Header fields must not be folded over several lines."};
    case Refusal::FieldsTooLarge:
      return {431, "fields-too-large", "The header fields are too large; send fewer or shorter ones."};
    case Refusal::TooManyFields: return {431, "too-many-fields", "There are too many header fields; send fewer."};
    case Refusal::MissingHost: return {400, "missing-host", "An HTTP/1.1 request needs a Host field."};
    case Refusal::BadHost:
      return {400, "bad-host", "Send exactly one Host field with a valid host that agrees with the request target."};
    case Refusal::BadContentLength:
      return {400, "bad-content-length", "Send one Content-Length at most, a plain decimal number."};
    case Refusal::BadTransferEncoding:
      return {400, "bad-transfer-encoding",
              "The only Transfer-Encoding understood is a single \"chunked\" in HTTP/1.1."};
    case Refusal::AmbiguousLength:
      return {400, "ambiguous-length", "Send either Transfer-Encoding or Content-Length, not both."};
    case Refusal::BadChunk: return {400, "bad-chunk", "A chunk of the body is malformed."};
    case Refusal::BadTrailer: return {400, "bad-trailer", "The trailer after the body is malformed or too large."};
    case Refusal::UnknownExpectation: return {417, "unknown-expectation", "The only expectation met is 100-continue."};
  }
  throw std::logic_error("a request that was not refused has no refusal to describe");
}

}  // namespace holdall::http
