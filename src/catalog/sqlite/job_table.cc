#include "catalog/sqlite/job_table.h"

namespace holdall::catalog::sqlite {

Result<void> JobTable::insert(std::string_view kind, std::string_view payload, Timestamp now) {
  return Query(connection_, insert_, kind, payload, now).run();
}

Result<bool> JobTable::has_due(std::string_view kind, Timestamp now) {
  Query query(connection_, has_due_, kind, now);
  return query.next();
}

Result<std::vector<Job>> JobTable::lease(std::string_view kind, std::size_t limit, Timestamp now, Timestamp until) {
  std::vector<Job> jobs;
  {
    Query query(connection_, due_, kind, now, static_cast<std::int64_t>(limit));
    while (true) {
      HOLDALL_TRY(const bool found, query.next());
      if (!found) break;
      jobs.push_back(
          {JobId{query.integer(0)}, std::string(kind), query.text(1), static_cast<int>(query.integer(2)) + 1, until});
    }
  }
  for (const Job& job : jobs)
    HOLDALL_TRY_VOID(Query(connection_, lease_, until, job.id).run());
  return jobs;
}

Result<void> JobTable::erase(JobId id) { return Query(connection_, erase_, id).run(); }

Result<void> JobTable::end_leases(Timestamp now) { return Query(connection_, end_leases_, now).run(); }

Result<void> JobTable::give_back(JobId id, Timestamp due_at, std::string_view reason, bool dead) {
  return Query(connection_, give_back_, due_at, reason, dead ? 1 : 0, id).run();
}

}  // namespace holdall::catalog::sqlite
