#pragma once
// The texts of a catalog in one SQLite file.
#include "catalog/sqlite/connections.h"
#include "catalog/texts.h"

namespace holdall::catalog::sqlite {

/// A part of SqliteCatalog. Whatever is many goes in steps, each a transaction of about kLargestPart bytes of text, so
/// that uploads are never held up for long.
class SqliteTexts final : public Texts {
 public:
  /// `connections` outlive it.
  explicit SqliteTexts(Connections& connections) : connections_(connections) {}

  io::Task<Result<void>> add_pages(BlobId blob, std::vector<PageText> pages, const Context& context) override;
  io::Task<Result<void>> end_text(BlobId blob, TextOutcome outcome, const Context& context) override;
  io::Task<Result<void>> read_again(UserId user, AttachmentId id, const Context& context) override;
  io::Task<Result<void>> clear_pages(BlobId blob, const Context& context) override;
  io::Task<Result<std::optional<TextOutcome>>> find_text(BlobId blob, const Context& context) override;
  io::Task<Result<std::vector<PageText>>> pages_after(BlobId blob, std::int64_t after, std::size_t limit,
                                                      const Context& context) override;
  /// With Mode::ReadOnly, and when nothing can be written any more, by names as far as they are indexed.
  io::Task<Result<SearchPage>> search(SearchQuery query, const Context& context) override;
  io::Task<Result<std::size_t>> index_names(std::size_t most, const Context& context) override;
  io::Task<Result<void>> rebuild_index(const Context& context) override;

 private:
  io::Task<Result<void>> index_missing_names(const Context& context);

  Connections& connections_;
};

}  // namespace holdall::catalog::sqlite
