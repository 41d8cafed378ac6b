#pragma once
// The refusals every catalog gives in the same words.
#include <cstdint>

#include "base/context.h"
#include "base/result.h"
#include "catalog/rows.h"

namespace holdall::catalog::detail {

Failure no_such_attachment();
Failure no_such_page();  ///< as a page number: InvalidArgument
Failure version_mismatch(std::int64_t current);
Failure key_taken(const std::string& key);
Failure too_large_to_count();

/// Nothing when `more` fits on top of `used`.
std::optional<Error> quota_exceeded(const Usage& used, const Usage& more, const Quota& quota);

/// Cancelled or Timeout when nobody waits for the call any more: asked before it begins.
Result<void> require_wanted(const Context& context);

}  // namespace holdall::catalog::detail
