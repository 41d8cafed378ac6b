#pragma once
// Repr-Digest and Content-Digest (RFC 9530), of SHA-256 only.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"

namespace holdall::http {

/// `sha-256=:<base64>:`
std::string digest_field(const Sha256Digest& digest);

/// The SHA-256 of a digest field; nothing when it names other algorithms only. InvalidArgument "bad-digest" when the
/// field is malformed, names sha-256 twice, or gives it another length than 32 bytes: a client that asks for a check
/// must not believe that one took place.
Result<std::optional<Sha256Digest>> parse_digest_field(std::string_view field);

}  // namespace holdall::http
