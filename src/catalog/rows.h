#pragma once
// The rows of the catalog as values: what a user has, the bytes behind it, what is still to be done.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/sha256.h"

namespace holdall::catalog {

/// Only Ready is served. Numbers are stored: never renumber.
enum class State : std::uint8_t { Received = 0, Quarantined = 1, Ready = 2, Rejected = 3 };

/// Whether the text of a file is known: None when nobody looks for it. Numbers are stored: never renumber.
enum class TextState : std::uint8_t { None = 0, Pending = 1, Done = 2, Failed = 3 };

/// Stored bytes: immutable; may serve several attachments of one owner.
struct Blob {
  BlobId id;
  std::string key;    ///< in the store's syntax (blob::Key)
  std::string store;  ///< which store holds it (blob::Store::name)
  std::uint64_t size = 0;
  Sha256Digest sha256;
  TextState text_state = TextState::None;
};

/// The application's own object an attachment belongs to.
struct RecordLink {
  std::string type;
  std::string id;
  std::string role;           ///< may be empty
  std::int64_t position = 0;  ///< order among the record's attachments
  friend bool operator==(const RecordLink&, const RecordLink&) = default;
};

struct Attachment {
  AttachmentId id;
  UserId user_id;
  Blob blob;
  std::string collection;
  std::string filename;
  std::string mime_type;
  std::optional<std::int64_t> task_id;
  std::optional<RecordLink> record;
  std::string metadata = "{}";    ///< a JSON object
  std::vector<std::string> tags;  ///< sorted, each once
  State state = State::Ready;
  std::optional<std::int64_t> width, height, pages;
  Timestamp created_at, updated_at;
  std::optional<Timestamp> expires_at;
  std::int64_t version = 1;
};

/// A blob that is durable in its store and the attachment to be made for it.
struct NewAttachment {
  std::string key;
  std::string store;
  std::uint64_t size = 0;
  Sha256Digest sha256;
  std::string collection;
  std::string filename;
  std::string mime_type;
  std::optional<std::int64_t> task_id;
  std::optional<RecordLink> record;
  std::string metadata = "{}";
  std::vector<std::string> tags;
  State state = State::Ready;
  std::optional<Timestamp> expires_at;
  TextState text_state = TextState::None;  ///< of its blob, when that is new: None or Pending
  std::vector<std::string> jobs{};         ///< kinds of jobs to be queued with it, their payload as of kLook
};

/// What was found out about a blob by looking into it.
struct Shape {
  std::int64_t width = 0, height = 0;  ///< of a picture in pixels, of a document's first page in points; upright
  std::int64_t pages = 1;
};

/// The bytes of a derivative: durable in their store.
struct DerivedBytes {
  std::string key;
  std::string store;
  std::uint64_t size = 0;
  Sha256Digest sha256;
  std::string mime_type;
  std::int64_t width = 0, height = 0;
};

/// Something made from a blob by a recipe, or the reason why that cannot be done.
struct Derivative {
  BlobId blob_id;
  std::string recipe;  ///< what was asked for, in one canonical spelling
  std::optional<DerivedBytes> bytes;
  std::string failure;  ///< the problem's code; empty when there are bytes
  Timestamp created_at;
};

/// Of one blob; when there are more, the oldest go.
inline constexpr std::size_t kMostDerivatives = 64;

/// What a user may have in all; absent: no limit.
struct Quota {
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> files;
};

struct Usage {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

/// The answer that a repeated request with the same Idempotency-Key gets.
struct StoredAnswer {
  int status = 0;
  std::string body;
};

/// Claims an Idempotency-Key in the same transaction as the rows it made.
struct IdempotencyClaim {
  std::string key;           ///< unique per user
  Sha256Digest fingerprint;  ///< over everything that makes the request what it is
  Timestamp expires_at;
  /// Renders the answer to keep from the rows just made. Runs inside the transaction, on another thread while the
  /// caller of add() waits, and once more should the transaction be tried again: must be quick, and its last result
  /// counts.
  std::function<StoredAnswer(std::span<const Attachment>)> answer;
};

struct EarlierAnswer {
  Sha256Digest fingerprint;
  StoredAnswer answer;
};

struct AddOutcome {
  std::vector<Attachment> attachments;   ///< in the order given; empty when `earlier` is set
  std::optional<EarlierAnswer> earlier;  ///< the key was claimed before: nothing was added
};

/// What PATCH changes: an absent outer optional leaves the field, a present empty inner one clears it.
struct AttachmentChange {
  std::optional<std::string> filename;
  std::optional<std::optional<std::int64_t>> task_id;
  std::optional<std::optional<RecordLink>> record;
  std::optional<std::string> metadata;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::optional<Timestamp>> expires_at;
};

enum class SortField : std::uint8_t { CreatedAt, Filename, FileSize };

struct Sort {
  SortField field = SortField::CreatedAt;
  bool descending = true;
  friend bool operator==(const Sort&, const Sort&) = default;
};

/// Where the last page ended: the sort field's value of its last row, and that row's id.
struct PagePosition {
  std::int64_t number = 0;  ///< created_at in microseconds, or file size
  std::string text;         ///< filename
  AttachmentId id;
};

struct ListQuery {
  UserId user_id;
  std::optional<std::int64_t> task_id;
  std::optional<std::string> record_type;
  std::optional<std::string> record_id;
  std::optional<std::string> collection;
  std::optional<std::string> tag;
  std::optional<std::string> mime_type;  ///< "image/png", or "image/*"
  std::optional<State> state;
  std::optional<Timestamp> created_after;   ///< exclusive
  std::optional<Timestamp> created_before;  ///< exclusive
  std::vector<std::pair<std::string, std::string>>
      metadata;  ///< top-level members equal to a text, number or boolean as text
  Sort sort;
  std::optional<PagePosition> after;
  std::size_t limit = 50;
  bool count = false;
};

struct ListPage {
  std::vector<Attachment> attachments;
  bool has_more = false;
  std::optional<std::uint64_t> total;  ///< of the whole selection; only when asked for
};

/// Durable background work.
struct Job {
  JobId id;
  std::string kind;     ///< "blob.remove"
  std::string payload;  ///< JSON
  int attempts = 0;     ///< this one included
  Timestamp leased_until;
};

/// A job kind whose payload is {"store": "...", "key": "..."}: the blob's last attachment is gone.
inline constexpr std::string_view kRemoveBlob = "blob.remove";

/// A job kind whose payload is {"user": 7, "attachment": 42}: look into a file that has come in.
inline constexpr std::string_view kLook = "attachment.look";

/// A job kind with the payload of kLook: read the text of a file.
inline constexpr std::string_view kReadText = "attachment.read";

/// A job kind whose payload is {"blob": 42}: a blob with a text is gone.
inline constexpr std::string_view kForgetText = "text.forget";

/// For fsck and gc.
struct BlobRow {
  Blob blob;
  UserId user_id;
  std::int64_t attachments = 0;  ///< how many point to it
};

struct UsageDifference {
  UserId user_id;
  Usage recorded;
  Usage counted;
};

}  // namespace holdall::catalog
