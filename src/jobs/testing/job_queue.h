#pragma once
// The jobs part of a catalog in memory, with any kind of job and failures on demand; every other call answers Internal.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace holdall::jobs::testing {

/// Follows the catalog's contract for jobs. Used from one thread.
class JobQueue final : public catalog::Catalog {
 public:
  struct Row {
    std::string kind;
    std::string payload;
    int attempts = 0;
    Timestamp run_at;
    Timestamp leased_until;
    bool is_dead = false;
    std::string reason{};
  };

  explicit JobQueue(const Clock& clock) : clock_(clock) {}

  JobId push(std::string kind, std::string payload = "{}");
  const Row* find(JobId id) const;  ///< null when it is done
  std::size_t size() const { return rows_.size(); }

  int lease_calls = 0;
  int complete_calls = 0;
  int failing_leases = 0;       ///< so many of the next calls answer Unavailable
  int failing_completions = 0;  ///< the same: what happens when the process dies before it can say "done"

  io::Task<Result<std::vector<catalog::Job>>> lease_jobs(std::string kind, std::size_t limit,
                                                         std::chrono::microseconds lease, const Context&) override;
  io::Task<Result<void>> complete_jobs(std::vector<JobId> ids, const Context&) override;
  io::Task<Result<void>> retry_job(JobId id, Timestamp run_at, std::string reason, bool dead, const Context&) override;

  io::Task<Result<UserId>> resolve_user(std::string, const Context&) override;
  io::Task<Result<catalog::Usage>> usage(UserId, const Context&) override;
  io::Task<Result<catalog::AddOutcome>> add(UserId, std::vector<catalog::NewAttachment>, catalog::Quota,
                                            std::optional<catalog::IdempotencyClaim>, const Context&) override;
  io::Task<Result<std::optional<catalog::EarlierAnswer>>> find_answer(UserId, std::string, const Context&) override;
  io::Task<Result<catalog::Attachment>> find(UserId, AttachmentId, const Context&) override;
  io::Task<Result<catalog::ListPage>> list(catalog::ListQuery, const Context&) override;
  io::Task<Result<catalog::Attachment>> update(UserId, AttachmentId, catalog::AttachmentChange,
                                               std::optional<std::int64_t>, const Context&) override;
  io::Task<Result<std::vector<AttachmentId>>> remove(UserId, std::vector<AttachmentId>, std::optional<std::int64_t>,
                                                     const Context&) override;
  io::Task<Result<std::size_t>> remove_expired(std::size_t, const Context&) override;
  io::Task<Result<void>> set_shape(BlobId, catalog::Shape, const Context&) override;
  io::Task<Result<std::optional<catalog::Derivative>>> find_derivative(BlobId, std::string, const Context&) override;
  io::Task<Result<catalog::Derivative>> keep_derivative(catalog::Derivative, const Context&) override;
  io::Task<Result<void>> forget_derivative(BlobId, std::string, std::string, const Context&) override;
  io::Task<Result<std::vector<catalog::BlobRow>>> blobs_after(BlobId, std::size_t, const Context&) override;
  io::Task<Result<std::vector<std::string>>> known_keys(std::string, std::vector<std::string>, const Context&) override;
  io::Task<Result<std::vector<catalog::UsageDifference>>> compare_usage(bool, const Context&) override;
  io::Task<Result<std::size_t>> forget_answers(const Context&) override;
  io::Task<Result<std::vector<std::string>>> check_integrity(const Context&) override;
  io::Task<Result<void>> ping(const Context&) override;
  /// Ends the program: whoever runs jobs asks for no texts.
  catalog::Texts& texts() override;

 private:
  const Clock& clock_;
  std::int64_t next_id_ = 1;
  std::map<JobId, Row> rows_;
};

}  // namespace holdall::jobs::testing
