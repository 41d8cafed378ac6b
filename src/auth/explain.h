#pragma once
// What a token says, for operators: `holdall token verify`.
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "auth/claims.h"
#include "auth/key_set.h"

namespace holdall::auth {

/// The claims of a token that would be accepted, as indented JSON with a line end; otherwise Unauthenticated whose
/// message is the precise reason, as no bearer gets to see it. White space around the token does not count.
Result<std::string> explain_token(std::string_view token, std::span<const SharedKeys> keys, const ClaimRules& rules,
                                  Timestamp now);

/// The keys of a JWKS or JWK file, secrets included; InvalidArgument or the file's own error otherwise. Blocks.
Result<SharedKeys> read_jwks_file(const std::filesystem::path& path);

}  // namespace holdall::auth
