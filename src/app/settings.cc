#include "app/settings.h"

#include "config/founding.h"

namespace holdall::app {
namespace {

using namespace std::chrono_literals;

void declare_program(config::Schema& schema, Settings& settings) {
  schema.add_section("server", "The program itself.");
  schema.add_path("server.data", settings.data,
                  {.doc = "The folder that holds everything: database, files, signing key.",
                   .env = "HOLDALL_DATA",
                   .flag = "--data"});
  schema.add_integer("server.threads", settings.threads, 0, 256,
                     {.doc = "Threads that serve connections; 0 takes one for each processor."});
  schema.add_duration("server.shutdown_grace", settings.shutdown_grace, 0s, 10min,
                      {.doc = "How long running requests may go on after SIGTERM."});
  schema.add_duration("server.gc_interval", settings.gc_interval, 1min, 7 * 24h,
                      {.doc = "How often the server collects orphans and expired attachments."});
  schema.add_duration("server.gc_grace", settings.gc_grace, 1h, 365 * 24h,
                      {.doc = "How old bytes without a row must be before they are removed."});
  schema.add_section("log", "What is written to standard error.");
  schema.add_choice("log.format", settings.log_format, {{"text", LogFormat::Text}, {"json", LogFormat::Json}},
                    {.doc = "Lines for people, or one JSON object a line."});
  schema.add_choice("log.level", settings.log_level,
                    {{"debug", LogLevel::Debug},
                     {"info", LogLevel::Info},
                     {"warning", LogLevel::Warning},
                     {"error", LogLevel::Error}},
                    {.doc = "The least that is worth a line."});
}

}  // namespace

void declare(config::Schema& schema, Settings& settings) {
  declare_program(schema, settings);
  http::declare(schema, settings.http);
  auth::declare(schema, settings.auth);
  attachment::declare(schema, settings.attachment);
  catalog::sqlite::declare(schema, settings.catalog);
  blob::local::declare(schema, settings.store);
  jobs::declare(schema, settings.jobs);
  media::declare(schema, settings.media);
  config::reserve_founding_variables(schema);
  schema.accept_variable({.name = "HOLDALL_CONFIG", .doc = "The configuration file.", .warning = {}});
}

Result<void> check_together(const Settings& settings) {
  if (settings.http.tls_certificate.empty() == settings.http.tls_key.empty()) return {};
  return fail(ErrorKind::InvalidArgument, "configuration",
              "http.tls_certificate and http.tls_key go together: set both for TLS, or neither.");
}

Result<config::Warnings> load_settings(config::Schema& schema, const Overrides& overrides) {
  config::Sources sources{.flags = overrides.flags, .environment = config::process_environment(), .file = {}};
  if (!overrides.config_file.empty()) {
    sources.file = overrides.config_file;
  } else if (const auto found = sources.environment.find("HOLDALL_CONFIG");
             found != sources.environment.end() && !found->second.empty()) {
    sources.file = found->second;
  }
  return config::load(schema, sources);
}

}  // namespace holdall::app
