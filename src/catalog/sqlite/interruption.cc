#include "catalog/sqlite/interruption.h"

#include <utility>

#include <sqlite3.h>

#include "catalog/detail/failures.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr int kInstructionsBetweenLooks = 20'000;  // about a millisecond

int is_unwanted(void* context) { return detail::require_wanted(*static_cast<const Context*>(context)) ? 0 : 1; }

}  // namespace

Interruption::Interruption(Connection& connection, const Context& context)
    : connection_(connection), context_(context) {
  sqlite3_progress_handler(connection.handle(), kInstructionsBetweenLooks, is_unwanted, const_cast<Context*>(&context));
}

Interruption::~Interruption() { sqlite3_progress_handler(connection_.handle(), 0, nullptr, nullptr); }

Error Interruption::explain(Error error) const {
  if (error.kind != ErrorKind::Cancelled) return error;
  auto reason = detail::require_wanted(context_);
  if (reason) return error;
  return std::move(reason).error();
}

}  // namespace holdall::catalog::sqlite
