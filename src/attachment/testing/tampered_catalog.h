#pragma once
// A catalog that passes every call on, but lies where a test says so: for damage that no catalog makes by itself, and
// for what happens between two calls.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"

namespace holdall::attachment::testing {

class TamperedCatalog final : public catalog::Catalog {
 public:
  explicit TamperedCatalog(catalog::Catalog& real) : real_(real) {}

  std::vector<std::string> integrity_findings;
  std::vector<catalog::BlobRow> damaged_rows;         ///< seen by blobs_after and known_keys besides the real ones
  std::vector<catalog::UsageDifference> wrong_usage;  ///< until repaired
  std::function<void(int)> before_known_keys;         ///< with the number of the call, from 1
  std::function<void()> after_blobs;                  ///< right after a page of rows was answered

  io::Task<Result<UserId>> resolve_user(std::string subject, const Context& context) override {
    return real_.resolve_user(std::move(subject), context);
  }
  io::Task<Result<catalog::Usage>> usage(UserId user, const Context& context) override {
    return real_.usage(user, context);
  }
  io::Task<Result<catalog::AddOutcome>> add(UserId user, std::vector<catalog::NewAttachment> rows, catalog::Quota quota,
                                            std::optional<catalog::IdempotencyClaim> claim,
                                            const Context& context) override {
    return real_.add(user, std::move(rows), quota, std::move(claim), context);
  }
  io::Task<Result<std::optional<catalog::EarlierAnswer>>> find_answer(UserId user, std::string key,
                                                                      const Context& context) override {
    return real_.find_answer(user, std::move(key), context);
  }
  io::Task<Result<catalog::Attachment>> find(UserId user, AttachmentId id, const Context& context) override {
    return real_.find(user, id, context);
  }
  io::Task<Result<catalog::ListPage>> list(catalog::ListQuery query, const Context& context) override {
    return real_.list(std::move(query), context);
  }
  io::Task<Result<catalog::Attachment>> update(UserId user, AttachmentId id, catalog::AttachmentChange change,
                                               std::optional<std::int64_t> version, const Context& context) override {
    return real_.update(user, id, std::move(change), version, context);
  }
  io::Task<Result<std::vector<AttachmentId>>> remove(UserId user, std::vector<AttachmentId> ids,
                                                     std::optional<std::int64_t> version,
                                                     const Context& context) override {
    return real_.remove(user, std::move(ids), version, context);
  }
  io::Task<Result<std::size_t>> remove_expired(std::size_t limit, const Context& context) override {
    return real_.remove_expired(limit, context);
  }
  io::Task<Result<std::vector<catalog::Job>>> lease_jobs(std::string kind, std::size_t limit,
                                                         std::chrono::microseconds lease,
                                                         const Context& context) override {
    return real_.lease_jobs(std::move(kind), limit, lease, context);
  }
  io::Task<Result<void>> complete_jobs(std::vector<JobId> ids, const Context& context) override {
    return real_.complete_jobs(std::move(ids), context);
  }
  io::Task<Result<void>> retry_job(JobId id, Timestamp run_at, std::string reason, bool dead,
                                   const Context& context) override {
    return real_.retry_job(id, run_at, std::move(reason), dead, context);
  }
  io::Task<Result<void>> set_shape(BlobId blob, catalog::Shape shape, const Context& context) override {
    return real_.set_shape(blob, shape, context);
  }
  io::Task<Result<std::optional<catalog::Derivative>>> find_derivative(BlobId blob, std::string recipe,
                                                                       const Context& context) override {
    return real_.find_derivative(blob, std::move(recipe), context);
  }
  io::Task<Result<catalog::Derivative>> keep_derivative(catalog::Derivative made, const Context& context) override {
    return real_.keep_derivative(std::move(made), context);
  }
  io::Task<Result<void>> forget_derivative(BlobId blob, std::string recipe, std::string key,
                                           const Context& context) override {
    return real_.forget_derivative(blob, std::move(recipe), std::move(key), context);
  }
  io::Task<Result<std::size_t>> forget_answers(const Context& context) override {
    return real_.forget_answers(context);
  }
  io::Task<Result<void>> ping(const Context& context) override { return real_.ping(context); }
  catalog::Texts& texts() override { return real_.texts(); }

  io::Task<Result<std::vector<catalog::BlobRow>>> blobs_after(BlobId after, std::size_t limit,
                                                              const Context& context) override {
    HOLDALL_CO_TRY(auto rows, co_await real_.blobs_after(after, limit, context));
    if (after.value == 0) rows.insert(rows.begin(), damaged_rows.begin(), damaged_rows.end());
    if (after_blobs) std::exchange(after_blobs, nullptr)();
    co_return rows;
  }
  io::Task<Result<std::vector<std::string>>> known_keys(std::string store, std::vector<std::string> keys,
                                                        const Context& context) override {
    if (before_known_keys) before_known_keys(++known_keys_calls_);
    std::vector<std::string> damaged;
    for (const catalog::BlobRow& row : damaged_rows) {
      if (row.blob.store == store && std::ranges::find(keys, row.blob.key) != keys.end())
        damaged.push_back(row.blob.key);
    }
    HOLDALL_CO_TRY(auto known, co_await real_.known_keys(std::move(store), std::move(keys), context));
    known.insert(known.end(), damaged.begin(), damaged.end());
    co_return known;
  }
  io::Task<Result<std::vector<catalog::UsageDifference>>> compare_usage(bool repair, const Context& context) override {
    HOLDALL_CO_TRY(auto differences, co_await real_.compare_usage(repair, context));
    differences.insert(differences.end(), wrong_usage.begin(), wrong_usage.end());
    if (repair) wrong_usage.clear();
    co_return differences;
  }
  io::Task<Result<std::vector<std::string>>> check_integrity(const Context&) override { co_return integrity_findings; }

 private:
  catalog::Catalog& real_;
  int known_keys_calls_ = 0;
};

}  // namespace holdall::attachment::testing
