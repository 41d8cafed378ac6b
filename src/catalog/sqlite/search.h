#pragma once
// Finding attachments by their words. A query becomes no SQL: each of its terms is one walk over each index, with the
// term bound, and what the walks find is put together here.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/detail/marks.h"
#include "catalog/sqlite/statement.h"
#include "catalog/texts.h"

namespace holdall::catalog::sqlite {

struct Database;

/// What FTS5 is asked for: the phrase, in the owner's part of the index (fts.h). Made of words as the tokenizer gives
/// them, letters and digits only, so that nothing in it is syntax but what is written here.
std::string match_text(UserId owner, const detail::Phrase& phrase);

class Search {
 public:
  explicit Search(Database& db) : db_(db) {}

  /// All statements see the same state only inside of a transaction.
  Result<SearchPage> page(const SearchQuery& query, Timestamp now);

 private:
  struct ScoredPage {
    std::int64_t id = 0;
    double score = 0;
  };
  using Scores = std::map<AttachmentId, double>;
  struct Matches {
    Scores attachments;
    std::vector<ScoredPage> pages;  ///< ascending by id
  };

  Result<Matches> matches(const SearchQuery& query, const detail::Phrase& phrase, Timestamp now);
  Result<void> add_names(const SearchQuery& query, const detail::Phrase& phrase, Timestamp now, Scores& scores);
  Result<std::vector<ScoredPage>> find_pages(UserId owner, const detail::Phrase& phrase);
  Result<void> add_pages(UserId owner, const std::vector<ScoredPage>& pages, Timestamp now, Scores& scores);
  static Scores in_all(const std::vector<Matches>& found);
  Result<void> drop_excluded(const SearchQuery& query, const detail::Phrases& phrases, Timestamp now, Scores& scores);
  Result<std::vector<PageMatch>> page_matches(BlobId blob, const std::vector<Matches>& found,
                                              const detail::Phrases& phrases);
  Result<std::optional<SearchHit>> hit(UserId owner, AttachmentId id, const std::vector<Matches>& found,
                                       const detail::Phrases& phrases, Timestamp now);

  Database& db_;
  Statement names_{
      "SELECT a.id, name_relevance(name_index) FROM name_index CROSS JOIN attachments AS a ON a.id = name_index.rowid "
      "WHERE name_index MATCH ? AND a.user_id = ? AND (a.expires_at IS NULL OR a.expires_at > ?)"};
  Statement pages_{"SELECT rowid, page_relevance(page_index) FROM page_index WHERE page_index MATCH ? ORDER BY rowid"};
};

}  // namespace holdall::catalog::sqlite
