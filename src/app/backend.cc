#include "app/backend.h"

#include <cstdlib>

#include <spdlog/spdlog.h>

#include "app/data_folder.h"
#include "auth/signing_key_file.h"
#include "blob/local/local_store.h"
#include "catalog/sqlite/sqlite_catalog.h"

namespace holdall::app {
namespace {

// For the end-to-end tests, which end the shipped program at every step of an upload.
Result<blob::local::CrashHook> crash_hook() {
  const char* const text = std::getenv("HOLDALL_TEST_CRASH_AT");
  if (text == nullptr) return blob::local::CrashHook{};
  if (auto hook = blob::local::parse_crash_hook(text)) return *std::move(hook);
  return fail(ErrorKind::InvalidArgument, "configuration", "HOLDALL_TEST_CRASH_AT names no crash point.");
}

}  // namespace

Result<Backend> open_backend(const Settings& settings, Use use, const Clock& clock) {
  const bool serve = use == Use::Serve;
  if (serve) {
    HOLDALL_TRY_VOID(open_data_folder(settings.data));
    if (const auto warning = data_folder_warning(settings.data)) spdlog::warn("server: {}", *warning);
  }
  Backend backend;
  catalog::sqlite::Config catalog = settings.catalog;
  catalog.folder = settings.data;
  catalog.mode = serve ? catalog::sqlite::Mode::Serve : catalog::sqlite::Mode::ReadOnly;
  HOLDALL_TRY(backend.catalog, catalog::sqlite::SqliteCatalog::open(catalog, clock));
  blob::local::OpenOptions options{.access = serve ? blob::local::Access::Serve : blob::local::Access::Inspect};
  HOLDALL_TRY(options.crash_hook, crash_hook());
  HOLDALL_TRY(auto store,
              blob::local::LocalStore::open(store_folder(settings.data), settings.store, std::move(options)));
  backend.store = std::make_unique<blob::MeteredStore>(std::move(store), *backend.meter);
  return backend;
}

Result<std::string> own_secret(const Settings& settings) {
  HOLDALL_TRY_VOID(open_data_folder(settings.data));
  HOLDALL_TRY(auth::SigningKey key, auth::open_signing_key(settings.data));
  for (const std::string& warning : key.warnings)
    spdlog::warn("auth: {}", warning);
  return std::move(key.secret);
}

}  // namespace holdall::app
