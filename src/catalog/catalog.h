#pragma once
// The port behind which rows are kept: attachments, blobs, users, jobs, answers to retries.
//
// Contract (every implementation passes catalog/testing/catalog_conformance.h):
// - Each call is one transaction: all of it or nothing, durable (power loss included) when it has answered.
// - Reads see every write that was acknowledged before they began (read your writes).
// - Whose: every call that names an attachment names its owner too; another's row is NotFound, exactly as if it were
//   not there. An attachment past its expires_at is not there either.
// - Usage is changed in the transaction that adds or removes rows: it equals the sum of rows at every moment.
// - Errors: NotFound, PreconditionFailed (version), QuotaExceeded, Overloaded (queue full: nothing happened), NoSpace,
//   Unavailable, Corrupt, Cancelled and Timeout (nothing happened), Internal.
// - Cancel: a write that has been handed over is carried out whether or not its caller waits.
// - Thread: from any io thread. Point reads (find, usage, resolve_user, find_answer) may run on the calling thread and
//   take microseconds; everything else happens elsewhere. Destroy after the last call has answered.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.h"
#include "catalog/rows.h"
#include "catalog/texts.h"
#include "io/task.h"

namespace holdall::catalog {

/// The code of PreconditionFailed when a row is not the version that was named, whoever finds it out.
inline constexpr std::string_view kPreconditionFailed = "precondition-failed";

class Catalog {
 public:
  virtual ~Catalog() = default;

  // --- users ---------------------------------------------------------------------------------------------------

  /// A canonical decimal subject from 0 to 2^40-1 is the id itself; any other gets an id above 2^40 when first seen,
  /// always the same afterwards.
  virtual io::Task<Result<UserId>> resolve_user(std::string subject, const Context& context) = 0;

  /// What the user has now; zero for a user who never had anything.
  virtual io::Task<Result<Usage>> usage(UserId user, const Context& context) = 0;

  // --- attachments ---------------------------------------------------------------------------------------------

  /// Makes blobs and attachments, queues their jobs, adds to usage and claims the Idempotency-Key, all or nothing.
  /// QuotaExceeded (details `limit`, `used`, code "quota-exceeded") when the user would have more than `quota`. With a
  /// claim whose key is taken and unexpired, adds nothing and gives the earlier answer; the caller judges the
  /// fingerprint.
  virtual io::Task<Result<AddOutcome>> add(UserId user, std::vector<NewAttachment> attachments, Quota quota,
                                           std::optional<IdempotencyClaim> claim, const Context& context) = 0;

  virtual io::Task<Result<std::optional<EarlierAnswer>>> find_answer(UserId user, std::string key,
                                                                     const Context& context) = 0;

  virtual io::Task<Result<Attachment>> find(UserId user, AttachmentId id, const Context& context) = 0;

  /// Keyset pages: the cost of a page does not depend on how many rows lie before it. With limit n, at most n rows.
  virtual io::Task<Result<ListPage>> list(ListQuery query, const Context& context) = 0;

  /// Applies the change, sets updated_at and raises version. PreconditionFailed when `expected_version` is given and
  /// is not the row's.
  virtual io::Task<Result<Attachment>> update(UserId user, AttachmentId id, AttachmentChange change,
                                              std::optional<std::int64_t> expected_version, const Context& context) = 0;

  /// Removes those of `ids` that are the user's (duplicates count once), takes them off the usage, and queues a
  /// kRemoveBlob job for each blob that no attachment points to any more and for each of its derivatives, and a
  /// kForgetText job where its text_state was not None. Answers the
  /// ids removed, ascending. Each goes whole or not at all; of many, an error may leave some removed: the same call
  /// again removes the others.
  virtual io::Task<Result<std::vector<AttachmentId>>> remove(UserId user, std::vector<AttachmentId> ids,
                                                             std::optional<std::int64_t> expected_version,
                                                             const Context& context) = 0;

  /// Removes up to `limit` attachments of anyone whose expires_at has passed, as remove() does; answers how many.
  virtual io::Task<Result<std::size_t>> remove_expired(std::size_t limit, const Context& context) = 0;

  /// Writes down what a blob was found to be, on all its attachments. Their versions stay: nobody has changed them.
  virtual io::Task<Result<void>> set_shape(BlobId blob, Shape shape, const Context& context) = 0;

  // --- derivatives ---------------------------------------------------------------------------------------------

  /// What was made from the blob by that recipe. Whose it is has been judged by whoever found the blob's attachment.
  virtual io::Task<Result<std::optional<Derivative>>> find_derivative(BlobId blob, std::string recipe,
                                                                      const Context& context) = 0;
  /// Keeps it and answers the row that counts: an earlier one with bytes stays (the caller's bytes are then an orphan
  /// that it removes), an earlier failure is replaced. Of more than kMostDerivatives the oldest go, with a kRemoveBlob
  /// job each. NotFound when the blob is gone.
  virtual io::Task<Result<Derivative>> keep_derivative(Derivative made, const Context& context) = 0;
  /// Forgets one whose bytes are lost, so that it is made again; nothing happens when another key stands there.
  virtual io::Task<Result<void>> forget_derivative(BlobId blob, std::string recipe, std::string key,
                                                   const Context& context) = 0;

  // --- jobs ----------------------------------------------------------------------------------------------------

  /// Takes up to `limit` due jobs of that kind until now + lease; others do not see them until then.
  virtual io::Task<Result<std::vector<Job>>> lease_jobs(std::string kind, std::size_t limit,
                                                        std::chrono::microseconds lease, const Context& context) = 0;
  /// Those done go. Unknown ids are ignored: doing a job twice is harmless.
  virtual io::Task<Result<void>> complete_jobs(std::vector<JobId> ids, const Context& context) = 0;
  /// Gives one back for `run_at`, or buries it (`dead`) with its reason.
  virtual io::Task<Result<void>> retry_job(JobId id, Timestamp run_at, std::string reason, bool dead,
                                           const Context& context) = 0;

  /// What was read from files, and finding it; lives as long as the catalog.
  virtual Texts& texts() = 0;

  // --- keeping house -------------------------------------------------------------------------------------------

  /// Blobs with an id above `after`, ascending: fsck walks all of them in pages.
  virtual io::Task<Result<std::vector<BlobRow>>> blobs_after(BlobId after, std::size_t limit,
                                                             const Context& context) = 0;
  /// Which of these keys have a row in that store, of a blob or of a derivative.
  virtual io::Task<Result<std::vector<std::string>>> known_keys(std::string store, std::vector<std::string> keys,
                                                                const Context& context) = 0;
  /// Users whose recorded usage differs from the sum of their rows; with `repair` the record is set right.
  virtual io::Task<Result<std::vector<UsageDifference>>> compare_usage(bool repair, const Context& context) = 0;
  /// Removes expired answers to retries; answers how many.
  virtual io::Task<Result<std::size_t>> forget_answers(const Context& context) = 0;

  /// The engine's own check of its file; a sentence for each finding, none when all is well. May take long.
  virtual io::Task<Result<std::vector<std::string>>> check_integrity(const Context& context) = 0;
  /// Answers when the catalog can read and write.
  virtual io::Task<Result<void>> ping(const Context& context) = 0;
};

}  // namespace holdall::catalog
