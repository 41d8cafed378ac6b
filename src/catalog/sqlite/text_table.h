#pragma once
// Texts of blobs by pages, their index of words, and how the reading of each blob has ended: rows in, rows out.
#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.h"
#include "catalog/sqlite/statement.h"
#include "catalog/texts.h"

namespace holdall::catalog::sqlite {

class TextTable {
 public:
  explicit TextTable(Connection& connection) : connection_(connection) {}

  /// False, and nothing done, when the blob has no row.
  Result<bool> set_state(BlobId blob, TextState state);
  /// From None to Pending; any other state stays.
  Result<void> await_text(BlobId blob);

  /// Takes the place of an earlier one with that number, in table and index. False, and nothing done, when the blob has
  /// no row.
  Result<bool> put_page(BlobId blob, const PageText& page);
  /// As Texts::pages_after.
  Result<std::vector<PageText>> pages_after(BlobId blob, std::int64_t after, std::size_t limit);
  /// Nothing when it is not there.
  Result<std::optional<PageText>> page(std::int64_t id);
  /// Removes pages, the first ones first, until `bytes` of text have gone; false when none are left.
  Result<bool> erase_pages(BlobId blob, std::size_t bytes);

  Result<void> put_outcome(BlobId blob, const TextOutcome& outcome, Timestamp now);
  Result<std::optional<TextOutcome>> outcome(BlobId blob);
  Result<void> erase_outcome(BlobId blob);

  /// Makes the index again from the pages.
  Result<void> rebuild_index();

 private:
  Result<std::vector<std::int64_t>> first_pages(BlobId blob, std::size_t bytes);
  Result<void> erase_page(std::int64_t id);

  Connection& connection_;
  Statement set_state_{"UPDATE blobs SET text_state = ? WHERE id = ?"};
  Statement await_text_{"UPDATE blobs SET text_state = 1 WHERE id = ? AND text_state = 0"};
  Statement insert_page_{
      "INSERT INTO page_texts (id, owner, source, confidence, text, words) "
      "SELECT ?2, user_id, ?3, ?4, ?5, ?6 FROM blobs WHERE id = ?1"};
  Statement index_page_{
      "INSERT INTO page_index (rowid, owned_text) SELECT id, owned_text FROM page_texts WHERE id = ?"};
  Statement unindex_page_{
      "INSERT INTO page_index (page_index, rowid, owned_text) "
      "SELECT 'delete', id, owned_text FROM page_texts WHERE id = ?"};
  Statement has_page_{"SELECT 1 FROM page_texts WHERE id = ?"};
  Statement erase_page_{"DELETE FROM page_texts WHERE id = ?"};
  Statement page_{"SELECT page, source, confidence, text, words FROM page_texts WHERE id = ?"};
  Statement pages_{
      "SELECT page, source, confidence, text, words FROM page_texts WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"};
  Statement first_pages_{"SELECT id, text FROM page_texts WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"};
  Statement put_outcome_{
      "INSERT OR REPLACE INTO texts (blob_id, state, failure, language, is_truncated, ended_at) "
      "VALUES (?, ?, ?, ?, ?, ?)"};
  Statement find_outcome_{"SELECT state, failure, language, is_truncated FROM texts WHERE blob_id = ?"};
  Statement erase_outcome_{"DELETE FROM texts WHERE blob_id = ?"};
  Statement rebuild_{"INSERT INTO page_index (page_index) VALUES ('rebuild')"};
};

}  // namespace holdall::catalog::sqlite
