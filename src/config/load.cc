#include "config/load.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "config/detail/nearest.h"
#include "config/detail/toml_file.h"
#include "config/detail/variable_name.h"

namespace holdall::config {
namespace {

constexpr std::string_view kOurs = "HOLDALL_";
constexpr std::string_view kTests = "HOLDALL_TEST_";

Failure refuse(std::string sentence) { return fail(ErrorKind::InvalidArgument, "configuration", std::move(sentence)); }

std::string suggest(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = detail::nearest(name, known);
  return near.empty() ? std::string() : fmt::format("; did you mean {}", near);
}

std::vector<std::string> keys_of(const Schema& schema) {
  std::vector<std::string> keys;
  for (const Setting& setting : schema.settings())
    keys.push_back(setting.key);
  return keys;
}

// What a variable that fills nothing may have been meant to be: also the usual name of a setting that has another.
std::string suggest_variable(const Schema& schema, std::string_view name) {
  std::vector<std::string> names;
  for (const Setting& setting : schema.settings()) {
    if (detail::variable_name(setting.key) == name) return fmt::format("; did you mean {}", setting.variable);
    names.push_back(setting.variable);
  }
  return suggest(name, names);
}

Result<void> assign(Setting& setting, const Given& given, Origin origin) {
  if (!setting.assign(given)) {
    return refuse(fmt::format("{} cannot be {} ({}): it must be {}.", setting.key,
                              setting.secret ? "***" : describe(given), describe(origin), setting.allowed));
  }
  setting.origin = std::move(origin);
  return {};
}

// A table is known when it is a member of a group, a group, or the beginning of a key.
Result<void> accept_table(Schema& schema, const detail::TomlTable& table, const std::string& file) {
  const std::size_t dot = table.key.find('.');
  const std::string group(table.key.substr(0, dot));
  const bool is_in_group = std::ranges::count(schema.groups(), group, &Schema::Group::name) > 0;
  if (is_in_group && dot == std::string::npos) return {};
  if (is_in_group && table.key.find('.', dot + 1) == std::string::npos) {
    const std::string obstacle = schema.ensure_member(group, table.key.substr(dot + 1));
    if (obstacle.empty()) return {};
    return refuse(fmt::format("{} ({}:{}) is not a good name: {}.", table.key, file, table.line, obstacle));
  }
  const bool begins_a_key = std::ranges::any_of(
      schema.settings(), [&](const Setting& setting) { return setting.key.starts_with(table.key + '.'); });
  if (begins_a_key) return {};
  std::vector<std::string> known;
  for (const auto& section : schema.sections())
    known.push_back(section.name);
  for (const auto& other : schema.groups())
    known.push_back(other.name);
  return refuse(
      fmt::format("[{}] ({}:{}) is not a known table{}.", table.key, file, table.line, suggest(table.key, known)));
}

Result<void> load_file(Schema& schema, const std::filesystem::path& path) {
  const std::string name = path.string();
  HOLDALL_TRY(const std::string text, detail::read_file(path));
  HOLDALL_TRY(const detail::TomlFile file, detail::parse_toml(text, name));
  for (const detail::TomlTable& table : file.tables)
    HOLDALL_TRY_VOID(accept_table(schema, table, name));
  for (const detail::TomlEntry& entry : file.entries) {
    Setting* const setting = schema.find_key(entry.key);
    if (setting == nullptr) {
      return refuse(fmt::format("{} ({}:{}) is not a known setting{}.", entry.key, name, entry.line,
                                suggest(entry.key, keys_of(schema))));
    }
    HOLDALL_TRY_VOID(assign(*setting, entry.value, {Source::File, fmt::format("{}:{}", name, entry.line)}));
  }
  return {};
}

Result<Warnings> load_environment(Schema& schema, const std::map<std::string, std::string>& environment) {
  Warnings warnings;
  for (const auto& [name, value] : environment) {
    if (value.empty()) continue;
    if (Setting* const setting = schema.find_variable(name)) {
      HOLDALL_TRY_VOID(assign(*setting, Text{value}, {Source::Environment, name}));
      continue;
    }
    const auto known = schema.known_variables();
    const auto found = std::ranges::find(known, name, &KnownVariable::name);
    if (found != known.end()) {
      if (!found->warning.empty()) warnings.push_back(found->warning);
    } else if (name.starts_with(kOurs) && !name.starts_with(kTests)) {
      warnings.push_back(fmt::format("The environment variable {} is not known and has no effect{}.", name,
                                     suggest_variable(schema, name)));
    }
  }
  return warnings;
}

Result<void> load_flags(Schema& schema, const std::map<std::string, std::string>& flags) {
  for (const auto& [flag, value] : flags) {
    Setting* const setting = schema.find_flag(flag);
    if (setting == nullptr) return refuse(fmt::format("{} is not a known flag.", flag));
    HOLDALL_TRY_VOID(assign(*setting, Text{value}, {Source::Flag, flag}));
  }
  return {};
}

}  // namespace

Result<Warnings> load(Schema& schema, const Sources& sources) {
  if (sources.file) HOLDALL_TRY_VOID(load_file(schema, *sources.file));
  HOLDALL_TRY(Warnings warnings, load_environment(schema, sources.environment));
  HOLDALL_TRY_VOID(load_flags(schema, sources.flags));
  return warnings;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace holdall::config
