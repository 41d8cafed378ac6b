#pragma once
// What the catalog does in one transaction, over the tables. A failed operation may leave half of its changes: whoever
// runs it rolls back. Each may be run again after a roll-back.
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/rows.h"
#include "catalog/sqlite/database.h"

namespace holdall::catalog::sqlite {

struct AddRequest {
  UserId user;
  std::vector<Attachment> attachments;         ///< gets ids and times
  std::vector<std::vector<std::string>> jobs;  ///< the kinds each is queued for, in the same order
  Usage usage;                                 ///< of these attachments
  Quota quota;
  std::optional<IdempotencyClaim> claim;
};

/// The earlier answer when the claim's key is taken.
Result<std::optional<EarlierAnswer>> add(Database& db, AddRequest& request, Timestamp now);

Result<Attachment> update(Database& db, UserId user, AttachmentId id, const AttachmentChange& change,
                          std::optional<std::int64_t> expected_version, Timestamp now);

/// `ids` ascending, each once.
Result<std::vector<AttachmentId>> remove(Database& db, UserId user, std::span<const AttachmentId> ids,
                                         std::optional<std::int64_t> expected_version, Timestamp now);
Result<std::size_t> remove_expired(Database& db, std::size_t limit, Timestamp now);

/// The row that counts: an earlier one with bytes stays. NotFound when the blob is gone.
Result<Derivative> keep_derivative(Database& db, Derivative made, Timestamp now);

/// One step of Texts::add_pages.
Result<void> add_pages(Database& db, BlobId blob, std::span<const PageText> pages);
Result<void> end_text(Database& db, BlobId blob, const TextOutcome& outcome, Timestamp now);
Result<void> read_again(Database& db, UserId user, AttachmentId id, Timestamp now);
/// Puts up to `most` attachments into the index of names, fewer when their names are long; answers how many.
Result<std::size_t> index_names(Database& db, std::size_t most);

Result<UserId> resolve_user(Database& db, std::string_view subject);

}  // namespace holdall::catalog::sqlite
