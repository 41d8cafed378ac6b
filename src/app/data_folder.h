#pragma once
// The folder that holds everything an installation owns: `catalog.db`, `store/`, `signing.key`.
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace holdall::app {

/// Makes it (mode 0700) where it is missing. InvalidArgument when it is no folder or others may write to it.
Result<void> open_data_folder(const std::filesystem::path& folder);

/// A sentence when others than its owner may look into it.
std::optional<std::string> data_folder_warning(const std::filesystem::path& folder);

inline std::filesystem::path store_folder(const std::filesystem::path& data) { return data / "store"; }

}  // namespace holdall::app
