#pragma once
// Ends a long read when nobody waits for its answer any more.
#include "base/context.h"
#include "base/error.h"
#include "catalog/sqlite/connection.h"

namespace holdall::catalog::sqlite {

/// While it lives, statements of the connection stop soon after the context's deadline or its stop request.
class Interruption {
 public:
  Interruption(Connection& connection, const Context& context);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// The context's reason in place of "interrupted"; any other error stays.
  Error explain(Error error) const;

 private:
  Connection& connection_;
  const Context& context_;
};

}  // namespace holdall::catalog::sqlite
