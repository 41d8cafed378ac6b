#pragma once
// What every use case stands on, and for whom it works.
#include <functional>
#include <string>

#include "attachment/collection.h"
#include "attachment/reservations.h"
#include "attachment/single_flight.h"
#include "base/clock.h"
#include "base/ids.h"
#include "blob/store.h"
#include "catalog/catalog.h"
#include "media/engine.h"

namespace holdall::attachment {

/// References into the composition root; outlives every request. Copied by nobody, used from every io thread.
struct Backends {
  const Config& config;
  catalog::Catalog& catalog;
  blob::Store& store;
  const Clock& clock;
  Reservations& reservations;
  /// A hint that jobs of that kind were queued; may be called from any thread.
  std::function<void(std::string_view kind)> wake_jobs;
  media::Engine* engine = nullptr;  ///< none: files are not looked into
  SingleFlight* flights = nullptr;  ///< of what the engine makes; there when the engine is
};

/// The user a request speaks for.
struct Caller {
  UserId user;
  std::string subject;
};

/// The quota every user has by configuration.
catalog::Quota quota_of(const Config& config);

/// The collection of that name; Unprocessable "unknown-collection" with the names there are.
Result<const Collection*> find_collection(const Config& config, std::string_view name);

}  // namespace holdall::attachment
