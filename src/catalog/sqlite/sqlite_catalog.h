#pragma once
// The catalog in one SQLite file: point reads on the calling thread, listings and checks on a small pool, all changes
// through one group-commit thread.
#include <memory>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "catalog/sqlite/config.h"
#include "catalog/sqlite/lock_file.h"
#include "catalog/sqlite/readers.h"
#include "catalog/sqlite/subject_cache.h"
#include "catalog/sqlite/writer.h"
#include "io/blocking_pool.h"

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
  io::Task<Result<std::vector<BlobRow>>> blobs_after(BlobId after, std::size_t limit, const Context& context) override;
  io::Task<Result<std::vector<std::string>>> known_keys(std::string store, std::vector<std::string> keys,
                                                        const Context& context) override;
  io::Task<Result<std::vector<UsageDifference>>> compare_usage(bool repair, const Context& context) override;
  io::Task<Result<std::size_t>> forget_answers(const Context& context) override;
  io::Task<Result<std::vector<std::string>>> check_integrity(const Context& context) override;
  io::Task<Result<void>> ping(const Context& context) override;

 private:
  SqliteCatalog(const Config& config, const Clock& clock);
  Result<void> start_writer(const Config& config);

  /// `work(Database&) -> Result<T>` on the calling thread.
  template <class Work>
  auto read_here(const Context& context, Work work) -> std::invoke_result_t<Work&, Database&>;
  /// The same on an io thread, in a snapshot shared with the other reads of this round of its loop.
  template <class Work>
  auto read_in_round(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>>;
  /// The same on the pool, ended early when nobody waits any more.
  template <class Work>
  auto read_elsewhere(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&>>;
  /// `work(Database&, Timestamp now) -> Result<T>` in a transaction.
  template <class Work>
  auto write(const Context& context, Work work) -> io::Task<std::invoke_result_t<Work&, Database&, Timestamp>>;

  const Clock& clock_;
  std::optional<LockFile> lock_;
  std::unique_ptr<Writer> writer_;  ///< none with Mode::ReadOnly
  SubjectCache subjects_;
  Readers readers_;
  io::BlockingPool pool_;
};

}  // namespace holdall::catalog::sqlite
