#include <algorithm>

#include <fmt/format.h>

#include "config/show.h"

namespace holdall::config {
namespace {

constexpr std::string_view kIntroduction =
    "# Configuration\n\n"
    "<!-- Written by `holdall config markdown` from the declarations in the code; change those. -->\n\n"
    "Flags win over environment variables, those over the file (`--config FILE`, TOML), the file over the defaults.\n"
    "`holdall config check` judges a configuration, `holdall config show` prints the effective one with the origin of\n"
    "every value. A wrong setting stops the start with a sentence that names it. In variables and flags a list is\n"
    "separated by commas, and an empty variable counts as not set.\n";

constexpr std::string_view kTableHead =
    "\n| key | environment | flag | default | allowed | meaning |\n|---|---|---|---|---|---|\n";

// A cell of a table: the bar would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) { return text.empty() ? std::string() : fmt::format("`{}`", cell(text)); }

std::string row(const Setting& setting) {
  const std::string value = setting.secret ? "secret" : code(setting.default_value);
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(setting.key), code(setting.variable), code(setting.flag),
                     value, cell(setting.allowed), cell(setting.doc));
}

// "http.tls.key" -> "http.tls"; nothing for a key that stands in no table.
std::string_view table_of(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return key.substr(0, dot == std::string_view::npos ? 0 : dot);
}

std::string rows_if(const Schema& schema, const auto& is_wanted) {
  std::string rows;
  for (const Setting& setting : schema.settings()) {
    if (is_wanted(setting)) rows += row(setting);
  }
  return rows;
}

std::string rows_of(const Schema& schema, std::string_view table) {
  return rows_if(schema, [table](const Setting& setting) { return table_of(setting.key) == table; });
}

std::string rows_of_group(const Schema& schema, const std::string& group) {
  return rows_if(schema, [&group](const Setting& setting) { return setting.key.starts_with(group + '.'); });
}

// What no section and no group speaks of.
std::string other_rows(const Schema& schema) {
  return rows_if(schema, [&schema](const Setting& setting) {
    const std::string_view table = table_of(setting.key);
    return std::ranges::count(schema.sections(), table, &Schema::Section::name) == 0 &&
           std::ranges::none_of(schema.groups(),
                                [&](const Schema::Group& group) { return setting.key.starts_with(group.name + '.'); });
  });
}

std::string group_text(const Schema& schema, const Schema::Group& group) {
  Schema sample;
  Schema::describe_member(group, sample);
  std::string text =
      fmt::format("\n## {}\n\n{}\nEach is a table `[{}.<name>]`.\n{}", group.name, group.doc, group.name, kTableHead);
  text += rows_of_group(sample, group.name);
  const std::string present = rows_of_group(schema, group.name);
  if (!present.empty()) text += fmt::format("\nAlways there:\n{}{}", kTableHead, present);
  return text;
}

std::string variables_text(const Schema& schema) {
  if (schema.known_variables().empty()) return {};
  std::string text = "\n## Other environment variables\n\n| environment | meaning |\n|---|---|\n";
  for (const KnownVariable& variable : schema.known_variables()) {
    text += fmt::format("| {} | {} |\n", code(variable.name), cell(variable.doc));
  }
  return text;
}

}  // namespace

std::string write_markdown(const Schema& schema) {
  std::string text(kIntroduction);
  for (const Schema::Section& section : schema.sections()) {
    text += fmt::format("\n## {}\n\n{}\n{}{}", section.name, section.doc, kTableHead, rows_of(schema, section.name));
  }
  for (const Schema::Group& group : schema.groups())
    text += group_text(schema, group);
  const std::string others = other_rows(schema);
  if (!others.empty()) text += fmt::format("\n## other\n{}{}", kTableHead, others);
  return text + variables_text(schema);
}

}  // namespace holdall::config
