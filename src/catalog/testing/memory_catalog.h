#pragma once
// The catalog in memory: for tests of whoever uses the port. It forgets everything when it dies.
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "catalog/testing/memory_texts.h"

namespace holdall::catalog::testing {

/// Answers at once, on the calling thread; safe from any thread.
class MemoryCatalog final : public Catalog {
 public:
  /// `clock` outlives the catalog.
  explicit MemoryCatalog(const Clock& clock) : clock_(clock) {}

  /// The `nth` call from now on (1: the next) fails with `kind` and does nothing.
  void fail_call(std::size_t nth, ErrorKind kind);
  /// All calls until now, those that failed included: the bound of a loop that fails each of them once.
  std::size_t calls() const;

  io::Task<Result<UserId>> resolve_user(std::string subject, const Context& context) override;
  io::Task<Result<Usage>> usage(UserId user, const Context& context) override;
  io::Task<Result<AddOutcome>> add(UserId user, std::vector<NewAttachment> attachments, Quota quota,
                                   std::optional<IdempotencyClaim> claim, const Context& context) override;
  io::Task<Result<std::optional<EarlierAnswer>>> find_answer(UserId user, std::string key,
                                                             const Context& context) override;
  io::Task<Result<Attachment>> find(UserId user, AttachmentId id, const Context& context) override;
  io::Task<Result<ListPage>> list(ListQuery query, const Context& context) override;
  io::Task<Result<Attachment>> update(UserId user, AttachmentId id, AttachmentChange change,
                                      std::optional<std::int64_t> expected_version, const Context& context) override;
  io::Task<Result<std::vector<AttachmentId>>> remove(UserId user, std::vector<AttachmentId> ids,
                                                     std::optional<std::int64_t> expected_version,
                                                     const Context& context) override;
  io::Task<Result<std::size_t>> remove_expired(std::size_t limit, const Context& context) override;
  io::Task<Result<void>> set_shape(BlobId blob, Shape shape, const Context& context) override;
  io::Task<Result<std::optional<Derivative>>> find_derivative(BlobId blob, std::string recipe,
                                                              const Context& context) override;
  io::Task<Result<Derivative>> keep_derivative(Derivative made, const Context& context) override;
  io::Task<Result<void>> forget_derivative(BlobId blob, std::string recipe, std::string key,
                                           const Context& context) override;
  io::Task<Result<std::vector<Job>>> lease_jobs(std::string kind, std::size_t limit, std::chrono::microseconds lease,
                                                const Context& context) override;
  io::Task<Result<void>> complete_jobs(std::vector<JobId> ids, const Context& context) override;
  io::Task<Result<void>> retry_job(JobId id, Timestamp run_at, std::string reason, bool dead,
                                   const Context& context) override;
  io::Task<Result<std::vector<BlobRow>>> blobs_after(BlobId after, std::size_t limit, const Context& context) override;
  io::Task<Result<std::vector<std::string>>> known_keys(std::string store, std::vector<std::string> keys,
                                                        const Context& context) override;
  io::Task<Result<std::vector<UsageDifference>>> compare_usage(bool repair, const Context& context) override;
  io::Task<Result<std::size_t>> forget_answers(const Context& context) override;
  io::Task<Result<std::vector<std::string>>> check_integrity(const Context& context) override;
  io::Task<Result<void>> ping(const Context& context) override;
  Texts& texts() override { return texts_; }

 private:
  friend class MemoryTexts;
  struct StoredBlob {
    Blob blob;
    UserId user_id;
    std::int64_t attachments = 0;
  };
  struct StoredJob {
    Job job;
    Timestamp due_at;
    bool dead = false;
  };
  struct KeptAnswer {
    EarlierAnswer answer;
    Timestamp expires_at;
  };

  /// Counts the call; its error when it is one that has to fail or nobody waits for it.
  Result<void> begin(const Context& context);
  bool is_there(const Attachment& row, UserId user) const;
  Attachment* find_row(UserId user, AttachmentId id);
  /// The blob that the attachment shares with others, null when its bytes are new; Conflict when they cannot be shared.
  Result<StoredBlob*> shared_blob(const Attachment& row);
  void insert(Attachment& row);
  void queue(std::string_view kind, std::string payload);
  void erase(const Attachment& row);
  void drop_oldest_derivative(BlobId blob);
  void queue_removal(const std::string& store, const std::string& key);
  const EarlierAnswer* earlier_answer(UserId user, const std::string& key) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::size_t calls_ = 0;
  std::map<std::size_t, ErrorKind> faults_;

  std::map<std::string, UserId> subjects_;
  std::map<UserId, Usage> usage_;
  std::map<AttachmentId, Attachment> attachments_;
  std::map<BlobId, StoredBlob> blobs_;
  std::map<std::pair<BlobId, std::string>, Derivative> derivatives_;
  std::map<JobId, StoredJob> jobs_;
  std::map<std::pair<UserId, std::string>, KeptAnswer> answers_;
  std::int64_t last_attachment_ = 0;
  std::int64_t last_blob_ = 0;
  std::int64_t last_job_ = 0;
  MemoryTexts texts_{*this};
};

}  // namespace holdall::catalog::testing
