#pragma once
// Everything that can be configured: the module's own structs side by side, and the few settings of the program itself.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "attachment/collection.h"
#include "auth/config.h"
#include "blob/local/config.h"
#include "catalog/sqlite/config.h"
#include "config/load.h"
#include "http/config.h"
#include "jobs/config.h"
#include "media/config.h"

namespace holdall::app {

enum class LogFormat : std::uint8_t { Text, Json };
enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

struct Settings {
  std::filesystem::path data = "./holdall-data";
  unsigned threads = 0;  ///< io threads; 0: one per processor this process may use
  std::chrono::seconds shutdown_grace{30};
  std::chrono::minutes gc_interval{60};
  std::chrono::hours gc_grace{48};

  LogFormat log_format = LogFormat::Text;
  LogLevel log_level = LogLevel::Info;

  http::Config http;
  auth::Config auth;
  attachment::Config attachment;
  catalog::sqlite::Config catalog;
  blob::local::Config store;
  jobs::Config jobs;
  media::Config media;
};

/// Declares all of it. `settings` outlives the schema.
void declare(config::Schema& schema, Settings& settings);

/// What the command line adds to environment and file.
struct Overrides {
  std::map<std::string, std::string> flags;  ///< "--listen" -> "127.0.0.1:0"
  std::string config_file;                   ///< empty: the one HOLDALL_CONFIG names, or none
};

/// What no setting can be wrong about alone: one sentence for the operator.
Result<void> check_together(const Settings& settings);

/// Settings as this process's environment, the file and the flags make them; on failure one sentence for the operator.
Result<config::Warnings> load_settings(config::Schema& schema, const Overrides& overrides);

}  // namespace holdall::app
