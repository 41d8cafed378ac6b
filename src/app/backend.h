#pragma once
// The concrete back ends of an installation, opened in the order in which they depend on each other. The only file that
// names them.
#include <memory>
#include <string>

#include "app/settings.h"
#include "base/clock.h"
#include "blob/metered_store.h"
#include "blob/store.h"
#include "catalog/catalog.h"

namespace holdall::app {

enum class Use : std::uint8_t {
  Serve,    ///< reads and writes; one process at a time
  Inspect,  ///< reads only, also beside a serving process
};

struct Backend {
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<blob::Meter> meter = std::make_unique<blob::Meter>();  ///< counts what `store` is asked
  std::unique_ptr<blob::Store> store;
};

/// Opens catalog and store below settings.data (made where missing with Use::Serve). Locked when another process serves
/// it; otherwise one sentence for the operator. `clock` outlives both.
Result<Backend> open_backend(const Settings& settings, Use use, const Clock& clock);

/// The secret in <data>/signing.key, made where missing; warnings go to the log.
Result<std::string> own_secret(const Settings& settings);

}  // namespace holdall::app
