#include "catalog/sqlite/sqlite_catalog.h"

#include <algorithm>
#include <span>
#include <utility>

#include "catalog/detail/failures.h"
#include "catalog/detail/new_rows.h"
#include "catalog/detail/subject.h"
#include "catalog/sqlite/housekeeping.h"
#include "catalog/sqlite/operations.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr std::size_t kSubjectsRemembered = 16384;     // about 2 MiB
constexpr std::size_t kAnswersForgottenAtOnce = 1000;  // a few milliseconds of the writer
constexpr std::size_t kRemovedAtOnce = 100;            // others wait 0.1 s at most when each has all its fifty tags

}  // namespace

SqliteCatalog::SqliteCatalog(const Config& config, const Clock& clock)
    : connections_(config, clock), subjects_(kSubjectsRemembered), texts_(connections_) {}

Result<std::unique_ptr<Catalog>> SqliteCatalog::open(const Config& config, const Clock& clock) {
  std::unique_ptr<SqliteCatalog> catalog(new SqliteCatalog(config, clock));
  HOLDALL_TRY_VOID(catalog->connections_.start(config));
  return catalog;
}

io::Task<Result<UserId>> SqliteCatalog::resolve_user(std::string subject, const Context& context) {
  if (const auto user = detail::decimal_subject(subject)) co_return *user;
  if (const auto user = subjects_.find(subject)) co_return *user;
  HOLDALL_CO_TRY(auto known, connections_.read_here(context, [&](Database& db) { return db.users.find(subject); }));
  if (!known) {
    HOLDALL_CO_TRY(known, co_await connections_.write(
                              context, [&](Database& db, Timestamp) { return sqlite::resolve_user(db, subject); }));
  }
  subjects_.put(subject, *known);
  co_return *known;
}

io::Task<Result<Usage>> SqliteCatalog::usage(UserId user, const Context& context) {
  co_return connections_.read_here(context, [user](Database& db) { return db.users.usage(user); });
}

io::Task<Result<AddOutcome>> SqliteCatalog::add(UserId user, std::vector<NewAttachment> attachments, Quota quota,
                                                std::optional<IdempotencyClaim> claim, const Context& context) {
  AddRequest request{
      .user = user, .attachments = {}, .jobs = {}, .usage = {}, .quota = quota, .claim = std::move(claim)};
  request.attachments.reserve(attachments.size());
  for (NewAttachment& made : attachments) {
    request.jobs.push_back(std::move(made.jobs));
    request.attachments.push_back(detail::to_attachment(user, std::move(made)));
  }
  HOLDALL_CO_TRY(request.usage, detail::usage_of(request.attachments));
  // The coroutine waits for the writer in any case, so the request may stay in its frame.
  HOLDALL_CO_TRY(auto earlier, co_await connections_.write(context, [&request](Database& db, Timestamp now) {
    return sqlite::add(db, request, now);
  }));
  if (earlier) co_return AddOutcome{.attachments = {}, .earlier = std::move(earlier)};
  co_return AddOutcome{.attachments = std::move(request.attachments), .earlier = std::nullopt};
}

io::Task<Result<std::optional<EarlierAnswer>>> SqliteCatalog::find_answer(UserId user, std::string key,
                                                                          const Context& context) {
  co_return connections_.read_here(
      context, [&](Database& db) { return db.answers.find(user, key, connections_.clock().now()); });
}

io::Task<Result<Attachment>> SqliteCatalog::find(UserId user, AttachmentId id, const Context& context) {
  HOLDALL_CO_TRY(auto row, co_await connections_.read_in_round(context, [&](Database& db) {
    return db.attachments.find(user, id, connections_.clock().now());
  }));
  if (!row) co_return detail::no_such_attachment();
  co_return *std::move(row);
}

io::Task<Result<ListPage>> SqliteCatalog::list(ListQuery query, const Context& context) {
  const Timestamp now = connections_.clock().now();
  co_return co_await connections_.read_elsewhere(context,
                                                 [&query, now](Database& db) { return db.listing.page(query, now); });
}

io::Task<Result<Attachment>> SqliteCatalog::update(UserId user, AttachmentId id, AttachmentChange change,
                                                   std::optional<std::int64_t> expected_version,
                                                   const Context& context) {
  co_return co_await connections_.write(context, [&, user, id, expected_version](Database& db, Timestamp now) {
    return sqlite::update(db, user, id, change, expected_version, now);
  });
}

// In steps, so that ten thousand do not hold up an upload.
io::Task<Result<std::vector<AttachmentId>>> SqliteCatalog::remove(UserId user, std::vector<AttachmentId> ids,
                                                                  std::optional<std::int64_t> expected_version,
                                                                  const Context& context) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  std::vector<AttachmentId> removed;
  for (std::span<const AttachmentId> rest = ids; !rest.empty();) {
    const auto step = rest.first(std::min(rest.size(), kRemovedAtOnce));
    rest = rest.subspan(step.size());
    HOLDALL_CO_TRY(const std::vector<AttachmentId> gone,
                   co_await connections_.write(context, [step, user, expected_version](Database& db, Timestamp now) {
                     return sqlite::remove(db, user, step, expected_version, now);
                   }));
    removed.insert(removed.end(), gone.begin(), gone.end());
  }
  co_return removed;
}

io::Task<Result<std::size_t>> SqliteCatalog::remove_expired(std::size_t limit, const Context& context) {
  co_return co_await connections_.write(
      context, [limit](Database& db, Timestamp now) { return sqlite::remove_expired(db, limit, now); });
}

io::Task<Result<void>> SqliteCatalog::set_shape(BlobId blob, Shape shape, const Context& context) {
  co_return co_await connections_.write(
      context, [&, blob](Database& db, Timestamp) { return db.attachments.set_shape(blob, shape); });
}

io::Task<Result<std::optional<Derivative>>> SqliteCatalog::find_derivative(BlobId blob, std::string recipe,
                                                                           const Context& context) {
  co_return co_await connections_.read_in_round(context,
                                                [&](Database& db) { return db.derivatives.find(blob, recipe); });
}

io::Task<Result<Derivative>> SqliteCatalog::keep_derivative(Derivative made, const Context& context) {
  co_return co_await connections_.write(
      context, [&made](Database& db, Timestamp now) { return sqlite::keep_derivative(db, made, now); });
}

io::Task<Result<void>> SqliteCatalog::forget_derivative(BlobId blob, std::string recipe, std::string key,
                                                        const Context& context) {
  co_return co_await connections_.write(
      context, [&, blob](Database& db, Timestamp) { return db.derivatives.forget(blob, recipe, key); });
}

io::Task<Result<std::vector<Job>>> SqliteCatalog::lease_jobs(std::string kind, std::size_t limit,
                                                             std::chrono::microseconds lease, const Context& context) {
  // Asked far more often than there is something to do: a look costs the writer nothing.
  if (connections_.has_writer()) {
    HOLDALL_CO_TRY(const bool has_due, connections_.read_here(context, [&](Database& db) {
      return db.jobs.has_due(kind, connections_.clock().now());
    }));
    if (!has_due) co_return std::vector<Job>();
  }
  co_return co_await connections_.write(context, [&kind, limit, lease](Database& db, Timestamp now) {
    return db.jobs.lease(kind, limit, now, now + lease);
  });
}

io::Task<Result<void>> SqliteCatalog::complete_jobs(std::vector<JobId> ids, const Context& context) {
  co_return co_await connections_.write(context, [&ids](Database& db, Timestamp) -> Result<void> {
    for (const JobId id : ids)
      HOLDALL_TRY_VOID(db.jobs.erase(id));
    return {};
  });
}

io::Task<Result<void>> SqliteCatalog::retry_job(JobId id, Timestamp run_at, std::string reason, bool dead,
                                                const Context& context) {
  co_return co_await connections_.write(context, [&reason, id, run_at, dead](Database& db, Timestamp) {
    return db.jobs.give_back(id, run_at, reason, dead);
  });
}

io::Task<Result<std::vector<BlobRow>>> SqliteCatalog::blobs_after(BlobId after, std::size_t limit,
                                                                  const Context& context) {
  co_return co_await connections_.read_elsewhere(
      context, [after, limit](Database& db) { return sqlite::blobs_after(db.connection, after, limit); });
}

io::Task<Result<std::vector<std::string>>> SqliteCatalog::known_keys(std::string store, std::vector<std::string> keys,
                                                                     const Context& context) {
  co_return co_await connections_.read_elsewhere(
      context, [&store, &keys](Database& db) { return sqlite::known_keys(db.connection, store, keys); });
}

io::Task<Result<std::vector<UsageDifference>>> SqliteCatalog::compare_usage(bool repair, const Context& context) {
  HOLDALL_CO_TRY(auto differences, co_await connections_.read_elsewhere(
                                       context, [](Database& db) { return usage_differences(db.connection); }));
  if (repair && !differences.empty()) {
    HOLDALL_CO_TRY_VOID(co_await connections_.write(
        context, [&differences](Database& db, Timestamp) { return repair_usage(db, differences); }));
  }
  co_return differences;
}

// In steps, so that a million forgotten answers do not hold up an upload; a crash in between forgets fewer.
io::Task<Result<std::size_t>> SqliteCatalog::forget_answers(const Context& context) {
  std::size_t forgotten = 0;
  while (true) {
    HOLDALL_CO_TRY(const std::size_t step, co_await connections_.write(context, [](Database& db, Timestamp now) {
      return db.answers.forget(now, kAnswersForgottenAtOnce);
    }));
    forgotten += step;
    if (step < kAnswersForgottenAtOnce) co_return forgotten;
  }
}

io::Task<Result<std::vector<std::string>>> SqliteCatalog::check_integrity(const Context& context) {
  co_return co_await connections_.read_elsewhere(context,
                                                 [](Database& db) { return integrity_findings(db.connection); });
}

// The empty write meets the queue, the writer's thread and what it knows of the disk, but syncs nothing.
io::Task<Result<void>> SqliteCatalog::ping(const Context& context) {
  HOLDALL_CO_TRY_VOID(connections_.read_here(
      context, [](Database& db) { return db.connection.execute("SELECT 1 FROM users LIMIT 1"); }));
  if (!connections_.has_writer()) co_return Result<void>();
  co_return co_await connections_.write(context, [](Database&, Timestamp) { return Result<void>(); });
}

}  // namespace holdall::catalog::sqlite
