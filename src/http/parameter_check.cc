#include "http/parameter_check.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "base/clock.h"
#include "base/encoding.h"

namespace holdall::http {
namespace {

constexpr std::size_t kLongestName = 64;  ///< of a parameter, when the nearest one is looked for or it is quoted

bool is_family(const Parameter& parameter) { return parameter.name.ends_with(".*"); }

bool declares(const Parameter& parameter, std::string_view name) {
  if (parameter.place != Parameter::Place::Query) return false;
  if (!is_family(parameter)) return parameter.name == name;
  const std::string_view prefix = std::string_view(parameter.name).substr(0, parameter.name.size() - 1);
  return name.starts_with(prefix) && name.size() > prefix.size();
}

// Levenshtein distance; both texts are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

std::string shown(std::string_view name) { return std::string(first_characters(name, kLongestName)); }

std::string quoted(std::string_view name) { return "\"" + shown(name) + "\""; }

Failure wrong(std::string_view code, std::string_view name, std::string message) {
  return fail(
      make_error(ErrorKind::InvalidArgument, std::string(code), std::move(message)).with("parameter", shown(name)));
}

Failure unknown(const Route& route, std::string_view given) {
  std::vector<std::string> allowed;
  const Parameter* nearest = nullptr;
  std::size_t least = kLongestName;
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place != Parameter::Place::Query) continue;
    allowed.push_back(parameter.name);
    const std::size_t far = given.size() <= kLongestName ? distance(given, parameter.name) : kLongestName;
    if (far < least) {
      least = far;
      nearest = &parameter;
    }
  }
  std::string message = "There is no parameter " + quoted(given) + " here";
  message += nearest == nullptr ? "." : "; did you mean \"" + nearest->name + "\"?";
  return fail(make_error(ErrorKind::InvalidArgument, "unknown-parameter", std::move(message))
                  .with("parameter", shown(given))
                  .with("allowed", std::move(allowed)));
}

std::string bounds_text(const Parameter& parameter, std::string_view unit) {
  std::string text;
  if (parameter.minimum) text += " of at least " + std::to_string(*parameter.minimum);
  if (parameter.minimum && parameter.maximum) text += " and";
  if (parameter.maximum)
    text += (parameter.minimum ? " at most " : " of at most ") + std::to_string(*parameter.maximum);
  return text.empty() ? text : text + std::string(unit);
}

bool is_within(const Parameter& parameter, std::int64_t value) {
  return (!parameter.minimum || value >= *parameter.minimum) && (!parameter.maximum || value <= *parameter.maximum);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What the value must be, as the end of the sentence "... must be"; empty when it is that.
std::string complaint(const Parameter& parameter, std::string_view value) {
  if (!parameter.allowed.empty() && std::ranges::find(parameter.allowed, value) == parameter.allowed.end()) {
    std::string list = "one of ";
    for (const std::string& allowed : parameter.allowed) {
      if (&allowed != &parameter.allowed.front()) list += ", ";
      list += allowed;
    }
    return list;
  }
  switch (parameter.type) {
    case ValueType::Text:
      if (is_within(parameter, static_cast<std::int64_t>(value.size()))) return {};
      return "a text" + bounds_text(parameter, " bytes");
    case ValueType::Integer: {
      const auto number = parse_integer(value);
      if (number && is_within(parameter, *number)) return {};
      return "a whole number" + bounds_text(parameter, "");
    }
    case ValueType::Boolean: return value == "true" || value == "false" ? "" : "true or false";
    case ValueType::Timestamp: return parse_rfc3339(value) ? "" : "a time such as 2026-01-31T12:00:00Z";
  }
  return {};
}

Result<void> check_value(const Parameter& parameter, std::string_view name, std::string_view value) {
  const std::string expected = complaint(parameter, value);
  if (expected.empty()) return {};
  return wrong("invalid-parameter", name, quoted(name) + " must be " + expected + ".");
}

Result<void> check_query(const Route& route, const Request& request) {
  std::set<std::string_view> seen;
  for (const QueryParameter& given : request.query) {
    const auto parameter = std::ranges::find_if(
        route.parameters, [&](const Parameter& declared) { return declares(declared, given.name); });
    if (parameter == route.parameters.end()) return unknown(route, given.name);
    if (!seen.insert(given.name).second && !parameter->repeatable) {
      return wrong("repeated-parameter", given.name, quoted(given.name) + " may be given only once.");
    }
    HOLDALL_TRY_VOID(check_value(*parameter, given.name, given.value));
  }
  return {};
}

Result<void> check_header(const Parameter& parameter, const Request& request) {
  if (!parameter.repeatable && request.fields.count(parameter.name) > 1) {
    return wrong("repeated-parameter", parameter.name, "The field " + parameter.name + " may be given only once.");
  }
  const auto value = request.fields.find(parameter.name);
  if (value) return check_value(parameter, parameter.name, *value);
  if (!parameter.required) return {};
  return wrong(kMissingParameter, parameter.name, "The header field " + parameter.name + " is required.");
}

}  // namespace

Result<void> check_parameters(const Route& route, const Request& request) {
  HOLDALL_TRY_VOID(check_query(route, request));
  for (const Parameter& parameter : route.parameters) {
    switch (parameter.place) {
      case Parameter::Place::Path:
        HOLDALL_TRY_VOID(check_value(parameter, parameter.name, request.path_value(parameter.name)));
        break;
      case Parameter::Place::Header: HOLDALL_TRY_VOID(check_header(parameter, request)); break;
      case Parameter::Place::Query:
        if (parameter.required && !is_family(parameter) && !request.query_value(parameter.name)) {
          return wrong(kMissingParameter, parameter.name, "The parameter " + quoted(parameter.name) + " is required.");
        }
        break;
    }
  }
  return {};
}

}  // namespace holdall::http
