#pragma once
// A TOML file as a flat list of what it sets. The only door to toml++.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/setting.h"

namespace holdall::config::detail {

struct TomlEntry {
  std::string key;  ///< dotted
  Given value;
  std::uint32_t line = 0;
};

struct TomlTable {
  std::string key;  ///< dotted; also of tables that hold nothing
  std::uint32_t line = 0;
};

struct TomlFile {
  std::vector<TomlTable> tables;
  std::vector<TomlEntry> entries;
};

/// Both lists in the order of the lines. Fails (InvalidArgument) with `name`:line and what is wrong for anything that
/// is not TOML 1.0, or has a part of a key outside [A-Za-z0-9_-].
Result<TomlFile> parse_toml(std::string_view text, const std::string& name);

/// At most 1 MiB; a larger file is not a configuration.
Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace holdall::config::detail
