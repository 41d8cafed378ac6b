#pragma once
// Making and opening the folder of a store: its sub-folders, its format file, its lock.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "blob/local/medium.h"

namespace holdall::blob::local {

enum class Access : std::uint8_t {
  Serve,    ///< the one process that writes; refused while another one does
  Inspect,  ///< reads only, beside a server; makes, locks and cleans nothing
};

struct Layout {
  Medium::Folders folders;
  Descriptor lock;  ///< held while open
};

/// Serve makes what is missing (0700). Errors say what an operator can do: another process serves it (Locked), the
/// format is of another version (Unsupported), it is not a folder of ours.
Result<Layout> open_layout(const std::filesystem::path& root, Access access, Disk& disk);

/// The names in a folder, in no order.
Result<std::vector<std::string>> names_in(const Folder& folder);

/// Removes what dropped writers of an earlier process left in tmp/.
Result<void> sweep_temporaries(const Medium& medium);

}  // namespace holdall::blob::local
