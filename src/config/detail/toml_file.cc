#include "config/detail/toml_file.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include <toml++/toml.h>

namespace holdall::config::detail {
namespace {

constexpr std::string_view kCode = "configuration";
constexpr std::size_t kLargestFile = 1 << 20;

Failure broken(const std::string& name, std::uint32_t line, std::string_view what) {
  return fail(ErrorKind::InvalidArgument, std::string(kCode), fmt::format("{}:{}: {}.", name, line, what));
}

bool is_plain(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string source_text(const toml::node& node) {
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  std::string shown = text.str();
  // Messages are one line: a table or a list of tables is named by its beginning.
  std::ranges::replace(shown, '\n', ' ');
  constexpr std::size_t kShown = 60;
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "...";
  return shown;
}

Given value_of(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* list = node.as_array()) {
    std::vector<std::string> texts;
    for (const toml::node& element : *list) {
      const auto* text = element.as_string();
      if (text == nullptr) return Other{source_text(node)};
      texts.push_back(text->get());
    }
    return texts;
  }
  return Other{source_text(node)};
}

Result<void> flatten(const toml::table& table, const std::string& prefix, const std::string& name, TomlFile& into) {
  for (const auto& [part, node] : table) {
    const std::uint32_t line = node.source().begin.line;
    if (!is_plain(part.str())) {
      return broken(name, line, fmt::format("\"{}\" is not a known setting", part.str()));
    }
    const std::string key = prefix + std::string(part.str());
    if (const auto* inner = node.as_table()) {
      into.tables.push_back({key, line});
      HOLDALL_TRY_VOID(flatten(*inner, key + '.', name, into));
    } else {
      into.entries.push_back({key, value_of(node), line});
    }
  }
  return {};
}

}  // namespace

Result<TomlFile> parse_toml(std::string_view text, const std::string& name) {
  TomlFile file;
  try {
    const toml::table table = toml::parse(text, name);
    HOLDALL_TRY_VOID(flatten(table, "", name, file));
  } catch (const toml::parse_error& error) {
    return broken(name, error.source().begin.line, error.description());
  }
  std::ranges::sort(file.tables, std::less{}, [](const TomlTable& table) { return std::tie(table.line, table.key); });
  std::ranges::sort(file.entries, std::less{}, [](const TomlEntry& entry) { return std::tie(entry.line, entry.key); });
  return file;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  const auto refuse = [&path](std::string_view why) {
    return fail(ErrorKind::InvalidArgument, std::string(kCode),
                fmt::format("The configuration file {} {}.", path.string(), why));
  };
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse("cannot be opened");
  std::string text(kLargestFile + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return refuse("cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kLargestFile) return refuse("is larger than 1MiB");
  return text;
}

}  // namespace holdall::config::detail
