#pragma once
// The port behind which the texts of files are kept and found again. Part of a Catalog, under its contract (catalog.h):
// errors, threads, durability and cancelling are as there.
//
// - What is a word: detail/tokenizer.h, the same for every implementation. Letters are compared without case and
//   without diacritics; of scripts that put no space between words (Chinese, Japanese, Korean, Thai, ...) each
//   character is a word, so that any part of a sentence is found as a phrase.
// - Texts belong to blobs and are found through the attachments that point there: an attachment that is deleted or
//   expired is never found, from the moment on at which the catalog has answered, whether or not its text is still
//   being removed.
// - Names (filename, tags, the texts and numbers in metadata) are found as soon as the write that set them was
//   acknowledged; a text page as soon as add_pages() was.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/context.h"
#include "catalog/rows.h"
#include "io/task.h"

namespace holdall::catalog {

/// Numbers are stored: never renumber.
enum class TextSource : std::uint8_t {
  Embedded = 1,  ///< letters of the file itself
  Ocr = 2,       ///< recognised in its pictures
};

/// Where a word of a page stands: in the text by bytes, on the page by its box.
struct Word {
  std::uint32_t begin = 0;   ///< in the page's text
  std::uint16_t length = 0;  ///< in bytes
  /// Of the page's width or height, 0 to 65535, from the left upper corner.
  std::uint16_t left = 0, top = 0, right = 0, bottom = 0;
  std::optional<std::uint8_t> confidence{};  ///< 0 to 100, of what was recognised
  friend bool operator==(const Word&, const Word&) = default;
};

/// The text of one page; of what has no pages, a part of at most kLargestPart bytes.
struct PageText {
  std::int64_t page = 1;  ///< from 1 to kLastPage
  TextSource source = TextSource::Embedded;
  std::string text;                          ///< UTF-8 without control characters but tab and line feed
  std::vector<Word> words{};                 ///< ascending; may be empty
  std::optional<std::uint8_t> confidence{};  ///< the mean of its words
  friend bool operator==(const PageText&, const PageText&) = default;
};

inline constexpr std::int64_t kLastPage = (1 << 20) - 1;

/// How reading a blob has ended.
struct TextOutcome {
  TextState state = TextState::Done;  ///< Done or Failed
  std::string failure{};              ///< the problem's code, when Failed
  std::string language{};             ///< of OCR, "deu+eng"; empty when nothing was recognised
  bool is_truncated = false;          ///< the file has more text than is kept
  friend bool operator==(const TextOutcome&, const TextOutcome&) = default;
};

/// Words that stand next to each other, in this order.
struct SearchTerm {
  std::string phrase;
  bool is_prefix = false;    ///< of the last word only its beginning
  bool is_excluded = false;  ///< must not stand anywhere in the attachment
  friend bool operator==(const SearchTerm&, const SearchTerm&) = default;
};

struct SearchQuery {
  UserId user_id;
  std::vector<SearchTerm> terms;
  std::size_t limit = 20;
  std::size_t offset = 0;
};

/// Bytes of a text.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t length = 0;
  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

struct PageMatch {
  PageText page;
  std::vector<TextSpan> marks;  ///< where the terms stand in its text; ascending, not overlapping
};

/// Of one hit: pages with matches, the best first.
inline constexpr std::size_t kMostMatchedPages = 3;

struct SearchHit {
  Attachment attachment;
  double score = 0;                      ///< only good for comparing hits of one query
  std::vector<TextSpan> filename_marks;  ///< in the filename
  bool is_in_tags = false;
  bool is_in_metadata = false;
  std::vector<PageMatch> pages;  ///< at most kMostMatchedPages
};

struct SearchPage {
  std::vector<SearchHit> hits;  ///< best score first, of equal ones the youngest attachment
  bool has_more = false;
};

class Texts {
 public:
  virtual ~Texts() = default;

  /// Adds pages to the text of a blob; one that is there already is replaced. They are found from now on. May be
  /// carried out in several transactions. A blob whose text_state was None is Pending afterwards. InvalidArgument for a
  /// page number out of range, NotFound when the blob is gone.
  virtual io::Task<Result<void>> add_pages(BlobId blob, std::vector<PageText> pages, const Context& context) = 0;
  /// Says how the reading has ended: the text_state of all attachments of the blob. NotFound when the blob is gone.
  virtual io::Task<Result<void>> end_text(BlobId blob, TextOutcome outcome, const Context& context) = 0;
  /// Back to Pending, with a kReadText job for that attachment, unless it is Pending already; pages stay until they are
  /// replaced or cleared. NotFound when it is not there or not the user's.
  virtual io::Task<Result<void>> read_again(UserId user, AttachmentId id, const Context& context) = 0;
  /// Removes the pages of a blob, whether or not the blob is still there; in steps, of which a crash leaves some.
  virtual io::Task<Result<void>> clear_pages(BlobId blob, const Context& context) = 0;

  /// Nothing while the reading has not ended, or was never begun.
  virtual io::Task<Result<std::optional<TextOutcome>>> find_text(BlobId blob, const Context& context) = 0;
  /// Pages with a number above `after`, ascending, at most `limit`, and no more after the first that brings their texts
  /// above kPagesAtOnce bytes together.
  virtual io::Task<Result<std::vector<PageText>>> pages_after(BlobId blob, std::int64_t after, std::size_t limit,
                                                              const Context& context) = 0;

  /// Attachments of the user in which every term is found (in names or pages; not all in one page) and none of the
  /// excluded. A term without a letter or digit is passed over; without any other but excluded ones there are no hits.
  virtual io::Task<Result<SearchPage>> search(SearchQuery query, const Context& context) = 0;

  /// Adds up to `most` attachments to the index of names that are not in it yet; answers how many were added. search()
  /// does by itself what is missing; this spares it a long wait.
  virtual io::Task<Result<std::size_t>> index_names(std::size_t most, const Context& context) = 0;
  /// Builds the whole index again from rows and pages. Takes long; others wait meanwhile.
  virtual io::Task<Result<void>> rebuild_index(const Context& context) = 0;
};

/// What one step of indexing may hold up an upload for is bounded by the size of a part.
inline constexpr std::size_t kLargestPart = 64 * 1024;
inline constexpr std::size_t kPagesAtOnce = 1024 * 1024;

}  // namespace holdall::catalog
