#include "app/commands.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "app/housekeeping.h"
#include "app/serve.h"
#include "app/settings.h"
#include "app/token_command.h"
#include "app/version.h"
#include "config/show.h"

namespace holdall::app {
namespace {

// What every verb shares: settings, filled when the verb runs.
class CommandLine {
 public:
  CommandLine() : app_("Holdall: takes files in, keeps them safe, gives them back to their owners.") {
    declare(schema_, settings_);
    defaults_page_ = config::write_markdown(schema_);
    app_.set_version_flag("--version", kVersion);
    app_.require_subcommand(1);
    add_serve();
    add_token();
    add_config();
    add_fsck();
    add_gc();
    add_reindex();
  }

  int run(int argc, const char* const* argv) {
    if (const auto problem = unknown_verb(std::span(argv, static_cast<std::size_t>(argc)).subspan(1))) {
      std::fprintf(stderr, "holdall: %s\n", problem->c_str());
      return 2;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int status = app_.exit(error);
      return status == 0 ? 0 : 2;
    }
    return verb_ ? verb_() : 2;
  }

 private:
  /// A sentence with the verbs there are, when the words before the first flag name none of them.
  std::optional<std::string> unknown_verb(std::span<const char* const> words) const {
    const CLI::App* app = &app_;
    for (const std::string_view word : words) {
      if (word.starts_with('-') || app->get_require_subcommand_min() == 0) return std::nullopt;
      const std::string name(word);
      const auto verbs = app->get_subcommands({});
      const auto found = std::ranges::find_if(verbs, [&](const CLI::App* verb) { return verb->get_name() == name; });
      if (found == verbs.end()) {
        std::string known;
        for (const CLI::App* verb : verbs)
          known += (known.empty() ? "" : ", ") + verb->get_name();
        return "There is no verb \"" + name + "\" here; the verbs are " + known + " (see --help).";
      }
      app = *found;
    }
    return std::nullopt;
  }

  // Every flag a setting declares, on the verbs that use settings.
  void add_setting_flags(CLI::App& verb) {
    verb.add_option("--config", overrides_.config_file, "A TOML file of settings.")->type_name("FILE");
    for (const config::Setting& setting : schema_.settings()) {
      if (!setting.flag.empty())
        verb.add_option(setting.flag, overrides_.flags[setting.flag], setting.doc + " [" + setting.key + "]");
    }
  }

  static int refuse(const Error& error) {
    std::fprintf(stderr, "holdall: %s\n", error.message.c_str());
    return 1;
  }

  /// 1 and a sentence when the settings are wrong; else what `work` answers.
  int with_settings(const std::function<int(const config::Warnings&)>& work) {
    std::erase_if(overrides_.flags, [](const auto& flag) { return flag.second.empty(); });
    const Result<config::Warnings> warnings = load_settings(schema_, overrides_);
    if (!warnings) return refuse(warnings.error());
    if (const Result<void> fitting = check_together(settings_); !fitting) return refuse(fitting.error());
    return work(*warnings);
  }

  CLI::App& add_verb(CLI::App& parent, const char* name, const char* doc, std::function<int()> work) {
    CLI::App& verb = *parent.add_subcommand(name, doc);
    verb.callback([this, work = std::move(work)] { verb_ = verb_ ? verb_ : work; });
    return verb;
  }

  void add_serve() {
    CLI::App& verb = add_verb(app_, "serve", "Run the server.", [this] {
      return with_settings([this](const config::Warnings& warnings) { return serve(settings_, warnings); });
    });
    add_setting_flags(verb);
  }

  void add_token() {
    CLI::App& verb = add_verb(app_, "token", "Make a token for a user, signed with this installation's key.", [this] {
      return with_settings([this](const config::Warnings&) { return make_token(settings_, token_); });
    });
    add_setting_flags(verb);
    verb.add_option("--user", token_.user, "The user: the token's sub.")->type_name("SUBJECT");
    verb.add_option("--ttl", token_.ttl, "How long it is good for (24h).");
    verb.add_option("--scope", token_.scope, "read, write, admin, or several with commas (read,write).");
    CLI::App& verify = add_verb(verb, "verify", "Print a token's claims, or why it would be refused.", [this] {
      return with_settings([this](const config::Warnings&) { return verify_token(settings_, verify_); });
    });
    add_setting_flags(verify);
    verify.add_option("--jwks", verify_.jwks_file, "A JWKS file; without it, this installation's keys.")
        ->type_name("FILE");
    verify.add_option("token", verify_.token, "The token; '-' reads it from standard input.")->required();
  }

  void add_config() {
    CLI::App& verb = *app_.add_subcommand("config", "Look at the configuration.");
    verb.require_subcommand(1);
    CLI::App& check = add_verb(verb, "check", "Say whether the settings are right.", [this] {
      return with_settings([](const config::Warnings& warnings) {
        for (const std::string& warning : warnings)
          std::fprintf(stderr, "holdall: %s\n", warning.c_str());
        std::puts("The configuration is right.");
        return 0;
      });
    });
    CLI::App& show = add_verb(verb, "show", "Print every setting, its value and where it came from.", [this] {
      return with_settings([this](const config::Warnings&) {
        std::fputs(config::show(schema_).c_str(), stdout);
        return 0;
      });
    });
    add_verb(verb, "markdown", "Print the page of all settings and their defaults.", [this] {
      std::fputs(defaults_page_.c_str(), stdout);
      return 0;
    });
    add_setting_flags(check);
    add_setting_flags(show);
  }

  void add_fsck() {
    CLI::App& verb = add_verb(app_, "fsck", "Check that every row has its bytes and every byte its row.", [this] {
      return with_settings([this](const config::Warnings&) { return fsck(settings_, fsck_); });
    });
    add_setting_flags(verb);
    verb.add_flag("--read-data", fsck_.read_data, "Read every byte and compare its SHA-256.");
    verb.add_flag("--repair", fsck_.repair, "Set recorded usage right; the server must not run.");
    verb.add_flag("--json", fsck_.json, "Print the report as JSON.");
  }

  void add_gc() {
    CLI::App& verb =
        add_verb(app_, "gc", "Remove bytes without a row and what has expired; the server does so itself.",
                 [this] { return with_settings([this](const config::Warnings&) { return collect(settings_, gc_); }); });
    add_setting_flags(verb);
    verb.add_flag("--dry-run", gc_.dry_run, "Only say what would go; works beside a running server.");
    verb.add_flag("--json", gc_.json, "Print the report as JSON.");
    verb.add_flag("--force", gc_.force, "Remove even when most of the store has no row.");
  }

  void add_reindex() {
    add_setting_flags(
        add_verb(app_, "reindex", "Make the index that search goes by anew; the server must not run.",
                 [this] { return with_settings([this](const config::Warnings&) { return reindex(settings_); }); }));
  }

  Settings settings_;
  config::Schema schema_;
  std::string defaults_page_;
  Overrides overrides_;
  TokenRequest token_;
  VerifyRequest verify_;
  FsckRequest fsck_;
  GcRequest gc_;
  CLI::App app_;
  std::function<int()> verb_;
};

}  // namespace

int run(int argc, const char* const* argv) {
  ::umask(0077);  // whatever a verb makes, and a library for it (SQLite), is the service user's own
  return std::make_unique<CommandLine>()->run(argc, argv);
}

}  // namespace holdall::app
