#include "config/show.h"

#include <algorithm>

#include <fmt/format.h>

namespace holdall::config {
namespace {

std::string table_of(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return std::string(key.substr(0, dot == std::string_view::npos ? 0 : dot));
}

std::string_view name_in_table(std::string_view key) { return key.substr(key.rfind('.') + 1); }

// Tables in the order of their first setting; what stands in no table comes first, as TOML wants it.
std::vector<std::string> tables_of(const Schema& schema) {
  std::vector<std::string> tables{""};
  for (const Setting& setting : schema.settings()) {
    const std::string table = table_of(setting.key);
    if (std::ranges::find(tables, table) == tables.end()) tables.push_back(table);
  }
  return tables;
}

std::string line_of(const Setting& setting) {
  const std::string_view name = name_in_table(setting.key);
  const std::string origin = describe(setting.origin);
  if (!setting.secret) return fmt::format("{} = {}  # {}\n", name, setting.show(), origin);
  const bool is_set = setting.show() != "\"\"" && setting.show() != "[]";
  return is_set ? fmt::format("# {} = \"***\"  # {}\n", name, origin) : fmt::format("# {} is not set\n", name);
}

}  // namespace

std::string show(const Schema& schema) {
  std::string text;
  for (const std::string& table : tables_of(schema)) {
    std::string lines;
    for (const Setting& setting : schema.settings()) {
      if (table_of(setting.key) == table) lines += line_of(setting);
    }
    if (lines.empty()) continue;
    if (!text.empty()) text += '\n';
    if (!table.empty()) text += fmt::format("[{}]\n", table);
    text += lines;
  }
  return text;
}

}  // namespace holdall::config
