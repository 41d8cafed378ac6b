#pragma once
// The texts of the catalog in memory: the plain reading of the port. A search looks through everything.
#include <cstdint>
#include <map>
#include <utility>

#include "catalog/detail/marks.h"
#include "catalog/texts.h"

namespace holdall::catalog::testing {

class MemoryCatalog;

/// A part of MemoryCatalog, under its lock; its calls count as the catalog's.
class MemoryTexts final : public Texts {
 public:
  explicit MemoryTexts(MemoryCatalog& catalog) : catalog_(catalog) {}

  io::Task<Result<void>> add_pages(BlobId blob, std::vector<PageText> pages, const Context& context) override;
  io::Task<Result<void>> end_text(BlobId blob, TextOutcome outcome, const Context& context) override;
  io::Task<Result<void>> read_again(UserId user, AttachmentId id, const Context& context) override;
  io::Task<Result<void>> clear_pages(BlobId blob, const Context& context) override;
  io::Task<Result<std::optional<TextOutcome>>> find_text(BlobId blob, const Context& context) override;
  io::Task<Result<std::vector<PageText>>> pages_after(BlobId blob, std::int64_t after, std::size_t limit,
                                                      const Context& context) override;
  io::Task<Result<SearchPage>> search(SearchQuery query, const Context& context) override;
  /// There is no index to be behind: counts what has not been counted yet.
  io::Task<Result<std::size_t>> index_names(std::size_t most, const Context& context) override;
  io::Task<Result<void>> rebuild_index(const Context& context) override;

  /// The blob is gone, and the catalog holds its lock: only the pages stay, for a job.
  void forget(const Blob& blob);

 private:
  void set_state(BlobId blob, TextState state);
  /// What the phrase is worth in the attachment; zero when it is not there.
  double score(const Attachment& row, const detail::Phrase& phrase) const;
  std::optional<SearchHit> hit(const Attachment& row, const detail::Phrases& phrases) const;
  std::vector<PageMatch> page_matches(BlobId blob, const std::vector<detail::Phrase>& phrases) const;
  std::vector<const PageText*> pages_of(BlobId blob) const;

  MemoryCatalog& catalog_;
  std::map<std::pair<BlobId, std::int64_t>, PageText> pages_;
  std::map<BlobId, TextOutcome> outcomes_;
  AttachmentId counted_up_to_;
};

}  // namespace holdall::catalog::testing
