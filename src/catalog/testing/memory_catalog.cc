#include "catalog/testing/memory_catalog.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "catalog/detail/failures.h"
#include "catalog/detail/new_rows.h"
#include "catalog/detail/subject.h"
#include "catalog/testing/memory_listing.h"

namespace holdall::catalog::testing {

void MemoryCatalog::fail_call(std::size_t nth, ErrorKind kind) {
  std::lock_guard lock(mutex_);
  faults_[calls_ + nth] = kind;
}

std::size_t MemoryCatalog::calls() const {
  std::lock_guard lock(mutex_);
  return calls_;
}

Result<void> MemoryCatalog::begin(const Context& context) {
  HOLDALL_TRY_VOID(detail::require_wanted(context));
  const auto fault = faults_.extract(++calls_);
  if (fault.empty()) return {};
  return fail(fault.mapped(), "injected", "The test wants this call to fail.");
}

io::Task<Result<UserId>> MemoryCatalog::resolve_user(std::string subject, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  if (const auto user = detail::decimal_subject(subject)) co_return *user;
  const UserId next{detail::kLastDecimalBound + 1 + static_cast<std::int64_t>(subjects_.size())};
  co_return subjects_.try_emplace(std::move(subject), next).first->second;
}

io::Task<Result<Usage>> MemoryCatalog::usage(UserId user, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const auto found = usage_.find(user);
  co_return found == usage_.end() ? Usage{} : found->second;
}

io::Task<Result<AddOutcome>> MemoryCatalog::add(UserId user, std::vector<NewAttachment> attachments, Quota quota,
                                                std::optional<IdempotencyClaim> claim, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  if (claim) {
    if (const EarlierAnswer* earlier = earlier_answer(user, claim->key)) co_return AddOutcome{{}, *earlier};
  }
  AddOutcome outcome;
  std::vector<std::vector<std::string>> jobs;
  for (NewAttachment& made : attachments) {
    jobs.push_back(std::move(made.jobs));
    outcome.attachments.push_back(detail::to_attachment(user, std::move(made)));
  }
  HOLDALL_CO_TRY(const Usage more, detail::usage_of(outcome.attachments));
  if (auto exceeded = detail::quota_exceeded(usage_[user], more, quota)) co_return fail(*std::move(exceeded));
  const auto blobs_before = blobs_;  // the way back when a later one conflicts
  const auto attachments_before = attachments_;
  const auto counters_before = std::pair(last_attachment_, last_blob_);
  for (Attachment& row : outcome.attachments) {
    const auto shared = shared_blob(row);
    if (!shared) {
      blobs_ = blobs_before;
      attachments_ = attachments_before;
      std::tie(last_attachment_, last_blob_) = counters_before;
      co_return fail(shared.error());
    }
    if (*shared != nullptr) row.blob = (*shared)->blob;
    insert(row);
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    for (const std::string& kind : jobs[i])
      queue(kind, detail::look_payload(outcome.attachments[i]));
  }
  usage_[user].bytes += more.bytes;
  usage_[user].files += more.files;
  if (claim) {
    KeptAnswer kept{{claim->fingerprint, claim->answer(outcome.attachments)}, claim->expires_at};
    answers_.insert_or_assign({user, claim->key}, std::move(kept));
  }
  co_return outcome;
}

Result<MemoryCatalog::StoredBlob*> MemoryCatalog::shared_blob(const Attachment& row) {
  const auto found =
      std::ranges::find_if(blobs_, [&](const auto& entry) { return entry.second.blob.key == row.blob.key; });
  if (found == blobs_.end()) return nullptr;
  const Blob& blob = found->second.blob;
  const bool is_same = found->second.user_id == row.user_id && blob.store == row.blob.store &&
                       blob.size == row.blob.size && blob.sha256 == row.blob.sha256;
  if (!is_same) return detail::key_taken(row.blob.key);
  return &found->second;
}

void MemoryCatalog::insert(Attachment& row) {
  row.id.value = ++last_attachment_;
  row.created_at = row.updated_at = clock_.now();
  if (row.blob.id.value == 0) {
    row.blob.id.value = ++last_blob_;
    blobs_[row.blob.id] = {row.blob, row.user_id, 0};
  }
  ++blobs_[row.blob.id].attachments;
  attachments_[row.id] = row;
}

io::Task<Result<std::optional<EarlierAnswer>>> MemoryCatalog::find_answer(UserId user, std::string key,
                                                                          const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const EarlierAnswer* earlier = earlier_answer(user, key);
  if (earlier == nullptr) co_return std::nullopt;
  co_return *earlier;
}

const EarlierAnswer* MemoryCatalog::earlier_answer(UserId user, const std::string& key) const {
  const auto found = answers_.find({user, key});
  if (found == answers_.end() || found->second.expires_at <= clock_.now()) return nullptr;
  return &found->second.answer;
}

bool MemoryCatalog::is_there(const Attachment& row, UserId user) const {
  return row.user_id == user && (!row.expires_at || *row.expires_at > clock_.now());
}

Attachment* MemoryCatalog::find_row(UserId user, AttachmentId id) {
  const auto found = attachments_.find(id);
  return found != attachments_.end() && is_there(found->second, user) ? &found->second : nullptr;
}

io::Task<Result<Attachment>> MemoryCatalog::find(UserId user, AttachmentId id, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const Attachment* row = find_row(user, id);
  if (row == nullptr) co_return detail::no_such_attachment();
  co_return *row;
}

io::Task<Result<ListPage>> MemoryCatalog::list(ListQuery query, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::vector<Attachment> selected;
  for (const auto& [id, row] : attachments_) {
    if (is_there(row, query.user_id) && matches(query, row)) selected.push_back(row);
  }
  ListPage page;
  if (query.count) page.total = selected.size();
  if (query.after) {
    std::erase_if(selected, [&](const Attachment& row) { return !is_after(query.sort, *query.after, row); });
  }
  std::ranges::sort(selected, [&](const auto& a, const auto& b) { return comes_before(query.sort, a, b); });
  page.has_more = selected.size() > query.limit;
  if (page.has_more) selected.resize(query.limit);
  page.attachments = std::move(selected);
  co_return page;
}

io::Task<Result<Attachment>> MemoryCatalog::update(UserId user, AttachmentId id, AttachmentChange change,
                                                   std::optional<std::int64_t> expected_version,
                                                   const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  Attachment* row = find_row(user, id);
  if (row == nullptr) co_return detail::no_such_attachment();
  if (expected_version && *expected_version != row->version) co_return detail::version_mismatch(row->version);
  detail::apply_change(*row, std::move(change), clock_.now());
  co_return *row;
}

io::Task<Result<std::vector<AttachmentId>>> MemoryCatalog::remove(UserId user, std::vector<AttachmentId> ids,
                                                                  std::optional<std::int64_t> expected_version,
                                                                  const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::vector<AttachmentId> present;
  for (const AttachmentId id : std::set<AttachmentId>(ids.begin(), ids.end())) {
    const Attachment* row = find_row(user, id);
    if (row == nullptr) continue;
    if (expected_version && *expected_version != row->version) co_return detail::version_mismatch(row->version);
    present.push_back(id);
  }
  for (const AttachmentId id : present)
    erase(Attachment(attachments_.at(id)));
  co_return present;
}

void MemoryCatalog::erase(const Attachment& row) {
  Usage& usage = usage_[row.user_id];
  usage.bytes -= row.blob.size;
  --usage.files;
  attachments_.erase(row.id);
  if (--blobs_[row.blob.id].attachments > 0) return;
  blobs_.erase(row.blob.id);
  std::erase_if(derivatives_, [&](const auto& entry) {
    const Derivative& made = entry.second;
    if (made.blob_id != row.blob.id) return false;
    if (made.bytes) queue_removal(made.bytes->store, made.bytes->key);
    return true;
  });
  texts_.forget(row.blob);
  queue_removal(row.blob.store, row.blob.key);
}

void MemoryCatalog::queue_removal(const std::string& store, const std::string& key) {
  queue(kRemoveBlob, detail::remove_blob_payload(store, key));
}

void MemoryCatalog::queue(std::string_view kind, std::string payload) {
  const JobId id{++last_job_};
  Job job{id, std::string(kind), std::move(payload), 0, {}};
  jobs_[id] = {std::move(job), clock_.now(), false};
}

io::Task<Result<std::size_t>> MemoryCatalog::remove_expired(std::size_t limit, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::vector<Attachment> expired;
  for (const auto& [id, row] : attachments_) {
    if (!is_there(row, row.user_id)) expired.push_back(row);
  }
  std::ranges::sort(expired, {}, [](const Attachment& row) { return std::pair(*row.expires_at, row.id); });
  if (expired.size() > limit) expired.resize(limit);
  for (const Attachment& row : expired)
    erase(row);
  co_return expired.size();
}

io::Task<Result<void>> MemoryCatalog::set_shape(BlobId blob, Shape shape, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  for (auto& [id, row] : attachments_) {
    if (row.blob.id != blob) continue;
    row.width = shape.width;
    row.height = shape.height;
    row.pages = shape.pages;
  }
  co_return Result<void>();
}

io::Task<Result<std::optional<Derivative>>> MemoryCatalog::find_derivative(BlobId blob, std::string recipe,
                                                                           const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const auto found = derivatives_.find({blob, recipe});
  if (found == derivatives_.end()) co_return std::nullopt;
  co_return found->second;
}

io::Task<Result<Derivative>> MemoryCatalog::keep_derivative(Derivative made, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  if (!blobs_.contains(made.blob_id)) co_return detail::no_such_attachment();
  made.created_at = clock_.now();
  Derivative& row = derivatives_[{made.blob_id, made.recipe}];
  if (!row.bytes) row = std::move(made);
  const Derivative kept = row;
  drop_oldest_derivative(kept.blob_id);
  co_return kept;
}

void MemoryCatalog::drop_oldest_derivative(BlobId blob) {
  auto oldest = derivatives_.end();
  std::size_t count = 0;
  for (auto at = derivatives_.begin(); at != derivatives_.end(); ++at) {
    if (at->first.first != blob) continue;
    ++count;
    if (oldest == derivatives_.end() || at->second.created_at < oldest->second.created_at) oldest = at;
  }
  if (count <= kMostDerivatives) return;
  if (oldest->second.bytes) queue_removal(oldest->second.bytes->store, oldest->second.bytes->key);
  derivatives_.erase(oldest);
}

io::Task<Result<void>> MemoryCatalog::forget_derivative(BlobId blob, std::string recipe, std::string key,
                                                        const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const auto found = derivatives_.find({blob, recipe});
  if (found != derivatives_.end() && found->second.bytes && found->second.bytes->key == key) derivatives_.erase(found);
  co_return Result<void>();
}

io::Task<Result<std::vector<Job>>> MemoryCatalog::lease_jobs(std::string kind, std::size_t limit,
                                                             std::chrono::microseconds lease, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const Timestamp now = clock_.now();
  std::vector<StoredJob*> due;
  for (auto& [id, stored] : jobs_) {
    if (!stored.dead && stored.job.kind == kind && stored.due_at <= now) due.push_back(&stored);
  }
  std::ranges::sort(due, {}, [](const StoredJob* stored) { return std::pair(stored->due_at, stored->job.id); });
  if (due.size() > limit) due.resize(limit);
  std::vector<Job> leased;
  for (StoredJob* stored : due) {
    ++stored->job.attempts;
    stored->job.leased_until = stored->due_at = now + lease;
    leased.push_back(stored->job);
  }
  co_return leased;
}

io::Task<Result<void>> MemoryCatalog::complete_jobs(std::vector<JobId> ids, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  for (const JobId id : ids)
    jobs_.erase(id);
  co_return Result<void>();
}

io::Task<Result<void>> MemoryCatalog::retry_job(JobId id, Timestamp run_at, std::string, bool dead,
                                                const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  if (const auto found = jobs_.find(id); found != jobs_.end()) {
    found->second.due_at = run_at;
    found->second.dead = dead;
  }
  co_return Result<void>();
}

io::Task<Result<std::vector<BlobRow>>> MemoryCatalog::blobs_after(BlobId after, std::size_t limit,
                                                                  const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::vector<BlobRow> rows;
  for (auto at = blobs_.upper_bound(after); at != blobs_.end() && rows.size() < limit; ++at) {
    rows.push_back({at->second.blob, at->second.user_id, at->second.attachments});
  }
  co_return rows;
}

io::Task<Result<std::vector<std::string>>> MemoryCatalog::known_keys(std::string store, std::vector<std::string> keys,
                                                                     const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::erase_if(keys, [&](const std::string& key) {
    const bool is_blob = std::ranges::any_of(
        blobs_, [&](const auto& entry) { return entry.second.blob.key == key && entry.second.blob.store == store; });
    return !is_blob && std::ranges::none_of(derivatives_, [&](const auto& entry) {
      const auto& bytes = entry.second.bytes;
      return bytes && bytes->key == key && bytes->store == store;
    });
  });
  co_return keys;
}

io::Task<Result<std::vector<UsageDifference>>> MemoryCatalog::compare_usage(bool repair, const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  std::map<UserId, Usage> counted;
  for (const auto& [id, row] : attachments_) {
    counted[row.user_id].bytes += row.blob.size;
    ++counted[row.user_id].files;
  }
  std::vector<UsageDifference> differences;
  for (auto& [user, recorded] : usage_) {
    if (recorded == counted[user]) continue;
    differences.push_back({user, recorded, counted[user]});
    if (repair) recorded = counted[user];
  }
  co_return differences;
}

io::Task<Result<std::size_t>> MemoryCatalog::forget_answers(const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  const Timestamp now = clock_.now();
  co_return std::erase_if(answers_, [now](const auto& entry) { return entry.second.expires_at <= now; });
}

io::Task<Result<std::vector<std::string>>> MemoryCatalog::check_integrity(const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  co_return std::vector<std::string>();
}

io::Task<Result<void>> MemoryCatalog::ping(const Context& context) {
  std::lock_guard lock(mutex_);
  HOLDALL_CO_TRY_VOID(begin(context));
  co_return Result<void>();
}

}  // namespace holdall::catalog::testing
