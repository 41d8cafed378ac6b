#pragma once
// The catalog in one SQLite file.
#include <memory>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "catalog/sqlite/config.h"
#include "catalog/sqlite/connections.h"
#include "catalog/sqlite/sqlite_texts.h"
#include "catalog/sqlite/subject_cache.h"

namespace holdall::catalog::sqlite {

/// Beyond the port's contract: after an I/O error of a commit all writes answer Unavailable until the next start, reads
/// go on, and ping() says so. The write that met the error may still be there after that start (its bytes had gone to
/// the WAL, only the sync failed), so whoever got Unavailable must not take away what the rows point to.
class SqliteCatalog final : public Catalog {
 public:
  /// Makes the file when it is not there and brings its schema up to date (Mode::Serve). Locked when another server
  /// uses it; InvalidArgument for the file of a newer program or of another one. `clock` outlives the catalog.
  static Result<std::unique_ptr<Catalog>> open(const Config& config, const Clock& clock);

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
  Texts& texts() override { return texts_; }
  io::Task<Result<std::vector<BlobRow>>> blobs_after(BlobId after, std::size_t limit, const Context& context) override;
  io::Task<Result<std::vector<std::string>>> known_keys(std::string store, std::vector<std::string> keys,
                                                        const Context& context) override;
  io::Task<Result<std::vector<UsageDifference>>> compare_usage(bool repair, const Context& context) override;
  io::Task<Result<std::size_t>> forget_answers(const Context& context) override;
  io::Task<Result<std::vector<std::string>>> check_integrity(const Context& context) override;
  io::Task<Result<void>> ping(const Context& context) override;

 private:
  SqliteCatalog(const Config& config, const Clock& clock);

  Connections connections_;
  SubjectCache subjects_;
  SqliteTexts texts_;
};

}  // namespace holdall::catalog::sqlite
