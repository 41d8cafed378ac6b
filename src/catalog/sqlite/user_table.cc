#include "catalog/sqlite/user_table.h"

#include <algorithm>
#include <limits>

#include "catalog/detail/failures.h"

namespace holdall::catalog::sqlite {
namespace {

std::int64_t limit_of(std::optional<std::uint64_t> limit) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(limit.value_or(kMost), static_cast<std::uint64_t>(kMost)));
}

std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Result<std::optional<UserId>> UserTable::find(std::string_view subject) {
  Query query(connection_, find_, subject);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  return UserId{query.integer(0)};
}

Result<UserId> UserTable::create(std::string_view subject) {
  HOLDALL_TRY_VOID(Query(connection_, create_, subject).run());
  return UserId{connection_.last_insert_id()};
}

Result<Usage> UserTable::usage(UserId user) {
  Query query(connection_, usage_, user);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return Usage{};
  return Usage{static_cast<std::uint64_t>(query.integer(0)), static_cast<std::uint64_t>(query.integer(1))};
}

Result<void> UserTable::charge(UserId user, const Usage& more, const Quota& quota) {
  const std::int64_t bytes = signed_of(more.bytes);
  const std::int64_t files = signed_of(more.files);
  HOLDALL_TRY_VOID(Query(connection_, charge_, bytes, files, user, limit_of(quota.bytes), limit_of(quota.files)).run());
  if (connection_.changes() == 1) return {};
  return charge_new(user, more, quota);
}

Result<void> UserTable::charge_new(UserId user, const Usage& more, const Quota& quota) {
  HOLDALL_TRY(const Usage used, usage(user));
  if (auto exceeded = detail::quota_exceeded(used, more, quota)) return fail(*std::move(exceeded));
  HOLDALL_TRY_VOID(Query(connection_, insert_, user, signed_of(more.bytes), signed_of(more.files)).run());
  if (connection_.changes() == 1) return {};
  // The user is there and within the quota: only a sum beyond 63 bits is left as a reason.
  return detail::too_large_to_count();
}

Result<void> UserTable::discharge(UserId user, const Usage& less) {
  return Query(connection_, discharge_, signed_of(less.bytes), signed_of(less.files), user).run();
}

Result<void> UserTable::recount(UserId user) { return Query(connection_, recount_, user).run(); }

}  // namespace holdall::catalog::sqlite
