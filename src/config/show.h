#pragma once
// The effective configuration and the page about it, written from the schema.
#include <string>

#include "config/schema.h"

namespace holdall::config {

/// Every setting with its value and, in a comment, its origin: a TOML file that load takes again. Secrets are hidden
/// (and commented out).
std::string show(const Schema& schema);

/// docs/configuration.md: one table per section and group. Call it before load: it shows the defaults declared.
std::string write_markdown(const Schema& schema);

}  // namespace holdall::config
