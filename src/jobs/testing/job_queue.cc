#include "jobs/testing/job_queue.h"

#include <exception>
#include <utility>

namespace holdall::jobs::testing {
namespace {

Failure unavailable() { return fail(ErrorKind::Unavailable, "unavailable", "The catalog is away."); }
Failure not_here() { return fail(internal_error("JobQueue keeps jobs only")); }

}  // namespace

JobId JobQueue::push(std::string kind, std::string payload) {
  const JobId id{next_id_++};
  rows_[id] = {.kind = std::move(kind), .payload = std::move(payload), .run_at = clock_.now(), .leased_until = {}};
  return id;
}

const JobQueue::Row* JobQueue::find(JobId id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

io::Task<Result<std::vector<catalog::Job>>> JobQueue::lease_jobs(std::string kind, std::size_t limit,
                                                                 std::chrono::microseconds lease, const Context&) {
  ++lease_calls;
  if (failing_leases > 0) {
    --failing_leases;
    co_return unavailable();
  }
  const Timestamp now = clock_.now();
  std::vector<catalog::Job> leased;
  for (auto& [id, row] : rows_) {
    if (leased.size() == limit) break;
    if (row.kind != kind || row.is_dead || row.run_at > now || row.leased_until > now) continue;
    row.leased_until = now + lease;
    ++row.attempts;
    leased.push_back({.id = id,
                      .kind = row.kind,
                      .payload = row.payload,
                      .attempts = row.attempts,
                      .leased_until = row.leased_until});
  }
  co_return leased;
}

io::Task<Result<void>> JobQueue::complete_jobs(std::vector<JobId> ids, const Context&) {
  ++complete_calls;
  if (failing_completions > 0) {
    --failing_completions;
    co_return unavailable();
  }
  for (const JobId id : ids)
    rows_.erase(id);
  co_return Result<void>();
}

io::Task<Result<void>> JobQueue::retry_job(JobId id, Timestamp run_at, std::string reason, bool dead, const Context&) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) co_return Result<void>();
  found->second.run_at = run_at;
  found->second.leased_until = {};
  found->second.reason = std::move(reason);
  found->second.is_dead = dead;
  co_return Result<void>();
}

io::Task<Result<UserId>> JobQueue::resolve_user(std::string, const Context&) { co_return not_here(); }
io::Task<Result<catalog::Usage>> JobQueue::usage(UserId, const Context&) { co_return not_here(); }
io::Task<Result<catalog::AddOutcome>> JobQueue::add(UserId, std::vector<catalog::NewAttachment>, catalog::Quota,
                                                    std::optional<catalog::IdempotencyClaim>, const Context&) {
  co_return not_here();
}
io::Task<Result<std::optional<catalog::EarlierAnswer>>> JobQueue::find_answer(UserId, std::string, const Context&) {
  co_return not_here();
}
io::Task<Result<catalog::Attachment>> JobQueue::find(UserId, AttachmentId, const Context&) { co_return not_here(); }
io::Task<Result<catalog::ListPage>> JobQueue::list(catalog::ListQuery, const Context&) { co_return not_here(); }
io::Task<Result<catalog::Attachment>> JobQueue::update(UserId, AttachmentId, catalog::AttachmentChange,
                                                       std::optional<std::int64_t>, const Context&) {
  co_return not_here();
}
io::Task<Result<std::vector<AttachmentId>>> JobQueue::remove(UserId, std::vector<AttachmentId>,
                                                             std::optional<std::int64_t>, const Context&) {
  co_return not_here();
}
io::Task<Result<std::size_t>> JobQueue::remove_expired(std::size_t, const Context&) { co_return not_here(); }

io::Task<Result<void>> JobQueue::set_shape(BlobId, catalog::Shape, const Context&) { co_return not_here(); }
io::Task<Result<std::optional<catalog::Derivative>>> JobQueue::find_derivative(BlobId, std::string, const Context&) {
  co_return not_here();
}

io::Task<Result<catalog::Derivative>> JobQueue::keep_derivative(catalog::Derivative, const Context&) {
  co_return not_here();
}

io::Task<Result<void>> JobQueue::forget_derivative(BlobId, std::string, std::string, const Context&) {
  co_return not_here();
}
io::Task<Result<std::vector<catalog::BlobRow>>> JobQueue::blobs_after(BlobId, std::size_t, const Context&) {
  co_return not_here();
}
io::Task<Result<std::vector<std::string>>> JobQueue::known_keys(std::string, std::vector<std::string>, const Context&) {
  co_return not_here();
}
io::Task<Result<std::vector<catalog::UsageDifference>>> JobQueue::compare_usage(bool, const Context&) {
  co_return not_here();
}
io::Task<Result<std::size_t>> JobQueue::forget_answers(const Context&) { co_return not_here(); }
io::Task<Result<std::vector<std::string>>> JobQueue::check_integrity(const Context&) { co_return not_here(); }
io::Task<Result<void>> JobQueue::ping(const Context&) { co_return not_here(); }
catalog::Texts& JobQueue::texts() { std::terminate(); }

}  // namespace holdall::jobs::testing
