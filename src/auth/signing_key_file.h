#pragma once
// The key an installation makes for itself: 32 random bytes in `<data>/signing.key`.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace holdall::auth {

struct SigningKey {
  std::string secret;                 ///< 32 bytes
  std::vector<std::string> warnings;  ///< sentences for the operator
};

/// Reads the key, or makes it where there is none: complete and durable under its name or not there at all, also when
/// two processes start at once (both then have the same). The file holds the key as base64url and a line end, mode
/// 0600. InvalidArgument when it is a link, not a regular file, of another user, open to others, or holds something
/// else; a file the group may read gives a warning. Blocks: for the start and the command line.
Result<SigningKey> open_signing_key(const std::filesystem::path& data_folder);

}  // namespace holdall::auth
