#include "config/schema.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/byte_count.h"
#include "base/encoding.h"
#include "config/detail/read.h"
#include "config/detail/toml_text.h"
#include "config/detail/variable_name.h"
#include "config/duration.h"

namespace holdall::config {
namespace {

constexpr std::size_t kLongestMemberName = 63;

bool is_member_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestMemberName) return false;
  if (name[0] == '-' || name[0] == '_') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

std::string join(const std::vector<std::string>& names) {
  std::string joined;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) joined += i + 1 == names.size() ? " or " : ", ";
    joined += detail::toml_string(names[i]);
  }
  return joined;
}

bool passes(const std::function<bool(std::string_view)>& check, std::string_view text) { return !check || check(text); }

template <class Range>
auto find_in(Range& range, auto member, std::string_view value) -> decltype(&*range.begin()) {
  const auto found = std::ranges::find(range, value, member);
  return found == range.end() ? nullptr : &*found;
}

}  // namespace

void Schema::add_section(std::string name, std::string doc) { sections_.push_back({std::move(name), std::move(doc)}); }

void Schema::add_bool(std::string key, bool& field, About about) {
  const auto assign = [&field](const Given& given) {
    const auto value = detail::read_bool(given);
    if (value) field = *value;
    return value.has_value();
  };
  add(std::move(key), std::move(about), "true or false", assign,
      [&field] { return std::string(field ? "true" : "false"); });
  settings_.back().is_switch = true;
}

void Schema::add_text(std::string key, std::string& field, About about) {
  const auto assign = [&field, check = about.check](const Given& given) {
    const auto value = detail::read_text(given);
    if (!value || !passes(check, *value)) return false;
    field = *value;
    return true;
  };
  add(std::move(key), std::move(about), "a text", assign, [&field] { return detail::toml_string(field); });
}

void Schema::add_path(std::string key, std::filesystem::path& field, About about) {
  const auto assign = [&field, check = about.check](const Given& given) {
    const auto value = detail::read_text(given);
    if (!value || !passes(check, *value)) return false;
    field = *value;
    return true;
  };
  add(std::move(key), std::move(about), "a path", assign, [&field] { return detail::toml_string(field.string()); });
}

void Schema::add_list(std::string key, std::vector<std::string>& field, About about) {
  const auto assign = [&field, check = about.check](const Given& given) {
    const auto value = detail::read_list(given);
    if (!value) return false;
    if (!std::ranges::all_of(*value, [&](const std::string& element) { return passes(check, element); })) return false;
    field = *value;
    return true;
  };
  add(std::move(key), std::move(about), "a list of texts", assign, [&field] { return detail::toml_list(field); });
}

void Schema::add_number_as(NumberKind kind, std::string key, std::int64_t min, std::int64_t max, NumberField field,
                           About about) {
  const bool is_size = kind == NumberKind::Bytes;
  const auto format = [is_size](std::int64_t value) {
    return is_size ? format_byte_count(static_cast<std::uint64_t>(value)) : std::to_string(value);
  };
  if (is_size && min < 0) throw std::logic_error("the size " + key + " cannot be negative");
  auto allowed = is_size ? fmt::format("a size such as 512KiB or 2GiB, from {} to {}", format(min), format(max))
                         : fmt::format("a whole number from {} to {}", min, max);
  const auto assign = [=](const Given& given) {
    const auto value = is_size ? detail::read_bytes(given) : detail::read_integer(given);
    if (!value || *value < min || *value > max) return false;
    field.set(*value);
    return true;
  };
  const auto show = [get = field.get, is_size, format] {
    const std::string value = format(get());
    return is_size ? detail::toml_string(value) : value;
  };
  add(std::move(key), std::move(about), std::move(allowed), assign, show);
}

void Schema::add_duration_as(std::string key, DurationLimits limits, DurationField field, About about) {
  auto allowed = fmt::format("a length of time such as 500ms, 10s or 24h, from {} to {}", format_duration(limits.min),
                             format_duration(limits.max));
  if (limits.unit > std::chrono::milliseconds(1)) allowed += ", in steps of " + format_duration(limits.unit);
  const auto assign = [limits, set = field.set](const Given& given) {
    const auto value = detail::read_duration(given);
    if (!value || *value < limits.min || *value > limits.max) return false;
    if (value->count() % std::max<std::int64_t>(limits.unit.count(), 1) != 0) return false;
    set(*value);
    return true;
  };
  add(std::move(key), std::move(about), std::move(allowed), assign,
      [get = field.get] { return detail::toml_string(format_duration(get())); });
}

void Schema::add_choice_as(std::string key, std::vector<std::string> names, std::function<std::size_t()> get,
                           std::function<void(std::size_t)> set, About about) {
  const auto assign = [names, set](const Given& given) {
    const auto value = detail::read_text(given);
    const auto found = value ? std::ranges::find(names, *value) : names.end();
    if (found == names.end()) return false;
    set(static_cast<std::size_t>(found - names.begin()));
    return true;
  };
  add(std::move(key), std::move(about), join(names), assign,
      [names, get] { return detail::toml_string(names.at(get())); });
}

void Schema::add_group_as(Group group, const std::vector<std::string>& present) {
  if (!prefix_.empty()) throw std::logic_error("a group cannot stand inside a group: " + group.name);
  const std::string name = group.name;
  groups_.push_back(std::move(group));
  for (const std::string& member : present) {
    const std::string obstacle = ensure_member(name, member);
    if (!obstacle.empty()) throw std::logic_error(name + '.' + member + ": " + obstacle);
  }
}

std::string Schema::ensure_member(std::string_view group_name, std::string_view member) {
  Group* const group = find_in(groups_, &Group::name, group_name);
  if (group == nullptr) return "there is no group " + std::string(group_name);
  if (!is_member_name(member)) return "use 1 to 63 of a-z, 0-9, '_' and '-', beginning with a letter or digit";
  if (!group->members.insert(std::string(member)).second) return {};
  prefix_ = group->name + '.' + std::string(member) + '.';
  clash_.clear();
  group->instantiate(*this, std::string(member));
  prefix_.clear();
  return clash_.empty() ? "" : "it would share the environment variable " + clash_ + " with another setting";
}

void Schema::describe_member(const Group& group, Schema& into) {
  into.prefix_ = group.name + ".<name>.";
  group.describe(into);
  into.prefix_.clear();
}

void Schema::add(std::string key, About about, std::string allowed, std::function<bool(const Given&)> assign,
                 std::function<std::string()> show) {
  Setting setting;
  setting.key = prefix_ + key;
  setting.variable = about.env.empty() ? detail::variable_name(setting.key) : std::move(about.env);
  setting.flag = std::move(about.flag);
  setting.doc = std::move(about.doc);
  setting.allowed = about.allowed.empty() ? std::move(allowed) : std::move(about.allowed);
  setting.secret = about.secret;
  setting.assign = std::move(assign);
  setting.show = std::move(show);
  setting.default_value = setting.show();
  // The names of members come from the file: a clash among them is the file's fault, any other the programmer's.
  const bool has_variable_clash = find_variable(setting.variable) != nullptr;
  if (has_variable_clash && !prefix_.empty()) clash_ = setting.variable;
  const bool is_taken =
      find_key(setting.key) != nullptr || find_flag(setting.flag) != nullptr || (has_variable_clash && prefix_.empty());
  if (is_taken) throw std::logic_error("declared twice: " + setting.key);
  settings_.push_back(std::move(setting));
}

void Schema::rename(std::string_view key, Names names) {
  Setting* const setting = find_key(key);
  if (setting == nullptr) throw std::logic_error("there is no setting " + std::string(key));
  if (find_flag(names.flag) != nullptr || (!names.env.empty() && find_variable(names.env) != nullptr)) {
    throw std::logic_error("a name is taken already, for " + std::string(key));
  }
  if (!names.env.empty()) setting->variable = std::move(names.env);
  if (!names.flag.empty()) setting->flag = std::move(names.flag);
}

void Schema::accept_variable(KnownVariable variable) { known_variables_.push_back(std::move(variable)); }

Setting* Schema::find_key(std::string_view key) { return find_in(settings_, &Setting::key, key); }

Setting* Schema::find_variable(std::string_view name) { return find_in(settings_, &Setting::variable, name); }

Setting* Schema::find_flag(std::string_view flag) {
  return flag.empty() ? nullptr : find_in(settings_, &Setting::flag, flag);
}

}  // namespace holdall::config
