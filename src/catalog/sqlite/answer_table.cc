#include "catalog/sqlite/answer_table.h"

namespace holdall::catalog::sqlite {

Result<std::optional<EarlierAnswer>> AnswerTable::find(UserId user, std::string_view key, Timestamp now) {
  Query query(connection_, find_, user, key, now);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  return EarlierAnswer{query.digest(0), {static_cast<int>(query.integer(1)), query.text(2)}};
}

Result<void> AnswerTable::put(UserId user, const IdempotencyClaim& claim, const StoredAnswer& answer) {
  return Query(connection_, put_, user, claim.key, claim.fingerprint, answer.status, answer.body, claim.expires_at)
      .run();
}

Result<std::size_t> AnswerTable::forget(Timestamp now, std::size_t limit) {
  HOLDALL_TRY_VOID(Query(connection_, forget_, now, static_cast<std::int64_t>(limit)).run());
  return static_cast<std::size_t>(connection_.changes());
}

}  // namespace holdall::catalog::sqlite
