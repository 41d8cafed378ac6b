#pragma once
// Fills the fields of a schema: flags win over the environment, the environment over the file, the file over defaults.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/schema.h"

namespace holdall::config {

/// Where values come from; all of it given by the caller, nothing read from the process.
struct Sources {
  std::map<std::string, std::string> flags{};        ///< "--listen" -> "127.0.0.1:0"; a switch is "true"
  std::map<std::string, std::string> environment{};  ///< all of it; an empty variable counts as not set
  std::optional<std::filesystem::path> file{};       ///< TOML; must exist when given
};

/// Sentences to say at start, such as for a HOLDALL_ variable that fills nothing.
using Warnings = std::vector<std::string>;

/// On failure one sentence (InvalidArgument, code "configuration") names the setting, where it came from, its value
/// and what is allowed; the fields are then in no particular state and must not be used. Every source is judged, also
/// where another overrides it. A key in the file that nobody declared is an error with the nearest known key.
/// HOLDALL_TEST_ variables belong to the tests and are left alone.
Result<Warnings> load(Schema& schema, const Sources& sources);

/// The environment of this process, for Sources.
std::map<std::string, std::string> process_environment();

}  // namespace holdall::config
