#pragma once
// One request that brings files, from its head to its rows: every door opens an Intake, gives it each file, and ends in
// finish(). Quota is reserved before a body is read; blobs are durable before their rows exist; all rows of a request,
// its usage and its Idempotency-Key are one transaction.
//
//   open -> take* -> finish        or, when the request fails on the way,        open -> take* -> abandon
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attachment/backends.h"
#include "attachment/policy.h"
#include "attachment/properties.h"
#include "attachment/receive.h"

namespace holdall::attachment {

struct IntakeRequest {
  std::string operation;                        ///< which door: part of what makes a repeated request the same
  std::optional<std::string> idempotency_key;   ///< 1 to 255 visible ASCII characters, checked by open()
  std::optional<std::uint64_t> declared_bytes;  ///< at least so many bytes of files will come, where known
};

/// What became of one file, in the order they came.
using IntakeItem = Result<catalog::Attachment>;

/// The answer to the request, rendered from its items (by the module that speaks to the client).
using RenderAnswer = std::function<catalog::StoredAnswer(std::span<const IntakeItem>)>;

/// What all rows of one request may hold of its properties together: each row has them all, as has its answer, and no
/// quota counts them. Forty files with the longest metadata, or a thousand with a kilobyte each.
inline constexpr std::size_t kMaxPropertyBytes = 1024 * 1024;

/// How long an answer is kept for repeated requests.
inline constexpr std::chrono::hours kAnswerLifetime{24};

/// How long after its first file a request may still bring its last one. gc takes a blob without a row for an orphan
/// once it is kShortestGrace old: the rows must be there before, and a quarter of an hour is left for committing them.
inline constexpr std::chrono::minutes kLongestIntake{45};

/// One request's; used by one coroutine. Destroying it without finish() or abandon() leaves orphans for gc.
class Intake {
 public:
  /// QuotaExceeded when the declared bytes cannot fit; Unprocessable "idempotency-key-invalid".
  static io::Task<Result<std::unique_ptr<Intake>>> open(const Backends& backends, Caller caller, IntakeRequest request,
                                                        const Context& context);

  /// Streams one file in and answers whether it was taken. A file the policy refuses for what it is becomes an item of
  /// its own (the source may then be part-read) and does not fail the others. Whatever else fails (quota, the store,
  /// the source) may be otherwise a moment later and fails the request: that error, and the caller abandons.
  io::Task<Result<bool>> take(std::string collection, FileIntent intent, io::ByteSource& bytes);

  std::size_t files() const { return files_.size(); }
  bool has_failed() const { return !files_.empty() && !files_.back().received; }
  /// Why the last file was refused; only when has_failed().
  const Error& last_error() const { return files_.back().received.error(); }

  /// check_properties() as of now. A request that repeats another is as it was then: what has passed since is no fault.
  Result<Properties> check(const PropertyTexts& texts) const;

  /// Commits what was taken and answers. A repeated request adds nothing and gets the answer of the first;
  /// Unprocessable "idempotency-key-reused" when it is not the same request, "properties-too-large" when files times
  /// properties go beyond kMaxPropertyBytes, "upload-too-long" when its files took longer than kLongestIntake. On error
  /// nothing is kept.
  io::Task<Result<catalog::StoredAnswer>> finish(Properties properties, RenderAnswer render);

  /// Removes the blobs of a request that failed on the way. When the catalog left it open whether the rows were made
  /// (Unavailable and the like), the blobs stay: gc asks again later whether they have rows.
  io::Task<void> abandon();

 private:
  struct File {
    std::string collection;
    std::string filename;  ///< as the client gave it
    Result<ReceivedFile> received;
  };

  Intake(const Backends& backends, Caller caller, IntakeRequest request, const Context& context);
  Result<void> require_in_time() const;
  io::Task<Result<ReceivedFile>> receive_file(const std::string& collection, FileIntent intent, io::ByteSource& bytes);
  io::Task<Result<catalog::StoredAnswer>> commit(const Properties& properties, RenderAnswer render);
  Sha256Digest fingerprint(const Properties& properties) const;
  std::vector<catalog::NewAttachment> new_attachments(const Properties& properties) const;
  std::vector<IntakeItem> items(std::span<const catalog::Attachment> added) const;
  Result<catalog::StoredAnswer> answer_again(const catalog::EarlierAnswer& earlier, const Properties& properties) const;

  const Backends& backends_;
  const Caller caller_;
  const IntakeRequest request_;
  const Context& context_;
  Reservation reservation_;
  catalog::Usage taken_;
  std::optional<Timestamp> first_taken_at_;        ///< when the first blob was durable
  std::optional<catalog::EarlierAnswer> earlier_;  ///< set: this request repeats another, nothing is stored
  std::vector<File> files_;
  bool in_doubt_ = false;  ///< a commit failed without saying that nothing happened
};

}  // namespace holdall::attachment
