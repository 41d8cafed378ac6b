#pragma once
// What can be configured: every module declares its settings here, with the fields they fill.
//
// A module has a plain struct whose initialisers are the defaults, and one function that declares it:
//
//   // http/config.h
//   enum class LogFormat { Text, Json };
//   struct Config {
//     std::string listen = "127.0.0.1:8080";
//     std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
//     std::uint64_t max_header_bytes = 8 * 1024;
//     int max_connections = 1000;
//     std::vector<std::string> cors_origins;
//   };
//   void declare(config::Schema& schema, Config& config);
//
//   // http/config.cc
//   void declare(config::Schema& schema, Config& config) {
//     schema.add_section("http", "The listener and the limits of a request.");
//     schema.add_text("http.listen", config.listen,
//                     {.doc = "Address and port to listen on; port 0 takes a free one.",
//                      .flag = "--listen", .allowed = "HOST:PORT", .check = is_host_port});
//     schema.add_duration("http.header_timeout", config.header_timeout, 100ms, 10min,
//                         {.doc = "How long a client may take to send its headers."});
//     schema.add_bytes("http.max_header_bytes", config.max_header_bytes, 1024, 1 << 20, {.doc = "..."});
//     schema.add_integer("http.max_connections", config.max_connections, 1, 100'000, {.doc = "..."});
//     schema.add_list("http.cors_origins", config.cors_origins, {.doc = "...", .check = is_origin});
//     schema.add_choice("log.format", config.format, {{"text", LogFormat::Text}, {"json", LogFormat::Json}}, {...});
//   }
//
// Named tables ([collections.photos]) are groups over a std::map; what stands in the map beforehand is always there,
// a table in the file adds a member made of T's initialisers (members do not inherit from each other):
//
//   schema.add_group("collections", config.collections, "A named policy for uploads.",
//                    [](config::Schema& members, Collection& collection) {
//                      members.add_bytes("max_file_size", collection.max_file_size, 1, kMax, {.doc = "..."});
//                    });
//   schema.rename("collections.default.max_file_size", {.env = "HOLDALL_MAX_FILE_SIZE", .flag = "--max-file-size"});
//
// The environment name is HOLDALL_ + the key in capitals with '_' for dots and dashes (HOLDALL_HTTP_LISTEN) unless
// `env` says otherwise. Declaring one key, variable or flag twice is a programmer's error: std::logic_error.
//
// The schema keeps references to the fields: they outlive it and do not move. Used by one thread, at start.
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/setting.h"

namespace holdall::config {

/// What is said of a setting besides its type. `doc` is one sentence; `allowed` completes "must be ..." and replaces
/// the words the type would give; `check` judges a text, or each element of a list, beyond its type. A secret is
/// never shown, not even in the error that refuses it.
struct About {
  std::string doc{};
  std::string env{};
  std::string flag{};
  std::string allowed{};
  std::function<bool(std::string_view)> check{};
  bool secret = false;
};

/// Other names for a setting that a group has declared.
struct Names {
  std::string env{};
  std::string flag{};
};

/// A variable of the environment that is known but fills no setting here; a text makes a warning when it is set.
struct KnownVariable {
  std::string name;
  std::string doc;
  std::string warning;
};

class Schema {
 public:
  Schema() = default;
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  /// A heading and a sentence for the keys that begin with `name` and a dot.
  void add_section(std::string name, std::string doc);

  void add_bool(std::string key, bool& field, About about);
  void add_text(std::string key, std::string& field, About about);
  void add_path(std::string key, std::filesystem::path& field, About about);
  void add_list(std::string key, std::vector<std::string>& field, About about);

  /// A whole number from min to max, both included.
  template <std::integral T>
  void add_integer(std::string key, T& field, std::int64_t min, std::int64_t max, About about) {
    add_number<T>(NumberKind::Integer, std::move(key), field, min, max, std::move(about));
  }

  /// A size such as 2GiB (base/byte_count.h); a plain number counts bytes.
  template <std::integral T>
  void add_bytes(std::string key, T& field, std::int64_t min, std::int64_t max, About about) {
    add_number<T>(NumberKind::Bytes, std::move(key), field, min, max, std::move(about));
  }

  /// A length of time such as 500ms, 10s, 15min, 24h, 7d (config/duration.h), in whole units of the field.
  template <class Rep, class Period>
  void add_duration(std::string key, std::chrono::duration<Rep, Period>& field, std::chrono::microseconds min,
                    std::chrono::microseconds max, About about) {
    using std::chrono::duration_cast, std::chrono::microseconds;
    using Field = std::chrono::duration<Rep, Period>;
    add_duration_as(std::move(key), {min, max, duration_cast<microseconds>(Field(1))},
                    {[&field] { return duration_cast<microseconds>(field); },
                     [&field](microseconds value) { field = duration_cast<Field>(value); }},
                    std::move(about));
  }

  /// One of the names, as written.
  template <class E>
  void add_choice(std::string key, E& field, std::vector<std::pair<std::string, std::type_identity_t<E>>> choices,
                  About about) {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices)
      names.push_back(name);
    const auto values = std::make_shared<const decltype(choices)>(std::move(choices));
    add_choice_as(
        std::move(key), std::move(names),
        [&field, values] {
          for (std::size_t i = 0; i < values->size(); ++i) {
            if ((*values)[i].second == field) return i;
          }
          throw std::logic_error("the default of a choice is not among its names");
        },
        [&field, values](std::size_t i) { field = (*values)[i].second; }, std::move(about));
  }

  /// Named tables `[name.member]`; `declare` declares the settings of one member with keys below it. Member names are
  /// 1 to 63 of [a-z0-9_-] and begin with a letter or digit.
  template <class T>
  void add_group(std::string name, std::map<std::string, T>& members, std::string doc,
                 std::type_identity_t<std::function<void(Schema&, T&)>> declare) {
    Group group;
    group.instantiate = [&members, declare](Schema& schema, const std::string& member) {
      declare(schema, members[member]);
    };
    group.describe = [sample = std::make_shared<T>(), declare](Schema& schema) { declare(schema, *sample); };
    group.name = std::move(name);
    group.doc = std::move(doc);
    std::vector<std::string> present;
    for (const auto& [member, value] : members)
      present.push_back(member);
    add_group_as(std::move(group), present);
  }

  /// Replaces the environment name or the flag of a setting declared before (empty: stays as it is).
  void rename(std::string_view key, Names names);

  /// A variable that is not a setting of this schema: no "unknown variable" warning, but `warning`, if there is one,
  /// whenever it is set.
  void accept_variable(KnownVariable variable);

  // --- what load, show and write_markdown work on ---

  struct Section {
    std::string name;
    std::string doc;
  };

  struct Group {
    std::string name;
    std::string doc;
    std::function<void(Schema&, const std::string& member)> instantiate;
    std::function<void(Schema&)> describe;
    std::set<std::string> members{};
  };

  std::span<Setting> settings() { return settings_; }
  std::span<const Setting> settings() const { return settings_; }
  std::span<const Section> sections() const { return sections_; }
  std::span<const Group> groups() const { return groups_; }
  std::span<const KnownVariable> known_variables() const { return known_variables_; }

  /// The setting with that key, variable or flag; null when there is none. Good until the next declaration.
  Setting* find_key(std::string_view key);
  Setting* find_variable(std::string_view name);
  Setting* find_flag(std::string_view flag);

  /// Makes sure that a group has a member and that its settings are declared; otherwise says why it cannot be
  /// (completes "... is not a good name: "). An empty answer is success.
  [[nodiscard]] std::string ensure_member(std::string_view group, std::string_view member);

  /// Declares in `into` what a member called <name> would have, for the documents.
  static void describe_member(const Group& group, Schema& into);

 private:
  enum class NumberKind : std::uint8_t { Integer, Bytes };

  struct NumberField {
    std::function<std::int64_t()> get;
    std::function<void(std::int64_t)> set;
  };
  struct DurationLimits {
    std::chrono::microseconds min;
    std::chrono::microseconds max;
    std::chrono::microseconds unit;
  };
  struct DurationField {
    std::function<std::chrono::microseconds()> get;
    std::function<void(std::chrono::microseconds)> set;
  };

  template <std::integral T>
  void add_number(NumberKind kind, std::string key, T& field, std::int64_t min, std::int64_t max, About about) {
    if (!std::in_range<T>(min) || !std::in_range<T>(max)) throw std::logic_error("limits of " + key + " do not fit");
    add_number_as(kind, std::move(key), min, max,
                  {[&field] { return static_cast<std::int64_t>(field); },
                   [&field](std::int64_t value) { field = static_cast<T>(value); }},
                  std::move(about));
  }

  void add_number_as(NumberKind kind, std::string key, std::int64_t min, std::int64_t max, NumberField field,
                     About about);
  void add_duration_as(std::string key, DurationLimits limits, DurationField field, About about);
  void add_choice_as(std::string key, std::vector<std::string> names, std::function<std::size_t()> get,
                     std::function<void(std::size_t)> set, About about);
  void add_group_as(Group group, const std::vector<std::string>& present);
  void add(std::string key, About about, std::string allowed, std::function<bool(const Given&)> assign,
           std::function<std::string()> show);

  std::string prefix_;  ///< what the keys of a group's member begin with, while it is declared
  std::string clash_;   ///< the variable two members would share, found while one is declared
  std::vector<Setting> settings_;
  std::vector<Section> sections_;
  std::vector<Group> groups_;
  std::vector<KnownVariable> known_variables_;
};

}  // namespace holdall::config
