#pragma once
// One setting as the schema keeps it: its names, what it takes, where its value came from.
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace holdall::config {

/// A value as it was given. Flags and variables give text, in which a number or a list has still to be read; a file
/// gives what TOML made of it (`Other`: a date, a float, a table: nothing any setting takes).
struct Text {
  std::string text;
};
struct Other {
  std::string text;
};
using Given = std::variant<Text, bool, std::int64_t, std::string, std::vector<std::string>, Other>;

/// As a person would write it, for messages.
std::string describe(const Given& given);

enum class Source : std::uint8_t { Default, File, Environment, Flag };

struct Origin {
  Source source = Source::Default;
  std::string name{};  ///< "holdall.toml:12", "HOLDALL_LISTEN", "--listen"
};

/// "default", "holdall.toml:12", "environment variable HOLDALL_LISTEN", "flag --listen".
std::string describe(const Origin& origin);

struct Setting {
  std::string key;
  std::string variable;
  std::string flag;
  std::string doc;
  std::string allowed;  ///< completes "must be ..."
  bool secret = false;
  bool is_switch = false;     ///< its flag takes no value
  std::string default_value;  ///< as TOML
  Origin origin{};
  std::function<bool(const Given&)> assign;  ///< false, and nothing changed, when the value is not allowed
  std::function<std::string()> show;         ///< the value as TOML
};

}  // namespace holdall::config
