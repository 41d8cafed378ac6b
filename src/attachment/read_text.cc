#include "attachment/read_text.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include <boost/json.hpp>

#include "attachment/background.h"
#include "attachment/readable_file.h"
#include "base/encoding.h"
#include "io/task_group.h"

namespace holdall::attachment {
namespace {

// Pages wait for each other so that one transaction keeps many.
constexpr std::size_t kBytesAtOnce = 256 * 1024;
constexpr std::size_t kPagesAsked = 64;
constexpr std::uint64_t kBytesOfAnyFile = 256 * 1024;
constexpr std::uint64_t kUnfolds = 32;  // XML and streams of text are packed to a twentieth at best
// A page number or a stamp is no text of its own.
constexpr std::size_t kFewestCharacters = 16;

catalog::Word to_word(const media::protocol::PageWord& word) {
  catalog::Word kept{.begin = word.begin,
                     .length = word.length,
                     .left = word.left,
                     .top = word.top,
                     .right = word.right,
                     .bottom = word.bottom};
  if (word.confidence != media::protocol::kUnknownConfidence) kept.confidence = word.confidence;
  return kept;
}

catalog::PageText to_page(media::TextPage page, std::int64_t number) {
  const bool is_recognised = page.source == media::TextSource::Recognised;
  catalog::PageText kept{.page = number,
                         .source = is_recognised ? catalog::TextSource::Ocr : catalog::TextSource::Embedded,
                         .text = std::move(page.text)};
  kept.words.reserve(page.words.size());
  std::ranges::transform(page.words, std::back_inserter(kept.words), to_word);
  if (page.confidence != media::protocol::kUnknownConfidence) kept.confidence = page.confidence;
  return kept;
}

std::size_t visible_in(std::string_view text) {
  const auto is_visible = [](char c) { return c != ' ' && c != '\n' && c != '\t'; };
  return static_cast<std::size_t>(std::ranges::count_if(text, is_visible));
}

bool is_settled(ErrorKind kind) { return kind == ErrorKind::Unprocessable || kind == ErrorKind::Unsupported; }

std::size_t processors() { return std::max(1U, std::thread::hardware_concurrency()); }

class TextReader {
 public:
  TextReader(const Backends& backends, const catalog::Attachment& row, bool is_first_attempt, const Context& context)
      : backends_(backends),
        texts_(backends.catalog.texts()),
        config_(backends.config.text),
        row_(row),
        is_first_attempt_(is_first_attempt),
        context_(context) {}

  io::Task<Result<catalog::TextOutcome>> read() {
    const auto key = blob::Key::parse(row_.blob.key);
    if (!key) co_return fail(internal_error("a blob with an impossible key: " + row_.blob.key));
    HOLDALL_CO_TRY(const std::unique_ptr<blob::Reader> reader, co_await backends_.store.open(*key, {}, context_));
    HOLDALL_CO_TRY(const ReadableFile file, co_await ReadableFile::of(*reader));
    if (is_first_attempt_) HOLDALL_CO_TRY_VOID(co_await texts_.clear_pages(row_.blob.id, context_));
    if (const auto type = media::text_type_of(row_.mime_type)) {
      HOLDALL_CO_TRY_VOID(co_await read_embedded(*type, file.descriptor()));
    } else {
      without_text_ = {{1, 0}};
    }
    if (const auto type = media::picture_type_of(row_.mime_type); type && config_.recognises)
      HOLDALL_CO_TRY_VOID(co_await recognise_rest(*type, file.descriptor()));
    co_return std::move(ending_);
  }

 private:
  io::Task<Result<void>> read_embedded(media::TextType type, int file) {
    HOLDALL_CO_TRY(const std::unique_ptr<media::MadeText> made,
                   co_await backends_.engine->read_text(
                       {.source = type, .most_pages = config_.most_pages, .most_bytes = most_bytes()}, file,
                       media::Priority::Background, context_));
    ending_.is_truncated = made->is_truncated();
    std::vector<catalog::PageText> batch;
    std::size_t bytes = 0;
    for (std::int64_t number = 1;; ++number) {
      HOLDALL_CO_TRY(std::optional<media::TextPage> page, made->next());
      if (!page) break;
      const std::size_t visible = visible_in(page->text);
      if (visible < kFewestCharacters) without_text_.emplace(number, visible);
      bytes += page->text.size();
      if (!page->text.empty()) batch.push_back(to_page(*std::move(page), number));
      if (bytes < kBytesAtOnce) continue;
      bytes = 0;
      HOLDALL_CO_TRY_VOID(co_await texts_.add_pages(row_.blob.id, std::exchange(batch, {}), context_));
    }
    if (batch.empty()) co_return Result<void>();
    co_return co_await texts_.add_pages(row_.blob.id, std::move(batch), context_);
  }

  // What a small file unfolds to is on no quota: no more than an honest one of its size would hold.
  std::uint64_t most_bytes() const { return std::min(config_.most_bytes, kBytesOfAnyFile + kUnfolds * row_.blob.size); }

  io::Task<Result<void>> recognise_rest(media::PictureType type, int file) {
    if (!is_first_attempt_ && type == media::PictureType::Pdf) HOLDALL_CO_TRY_VOID(co_await pass_over_recognised());
    if (without_text_.empty()) co_return Result<void>();
    ending_.language = config_.languages;
    keep_to_limit();
    // That there are more pages in a scan shows when its first is opened.
    if (type == media::PictureType::Tiff) co_await recognise_next(type, file);
    keep_to_limit();
    // As many as can run at a time where the engine is given all processors; where it is given fewer, some wait.
    io::TaskGroup group(co_await io::asio::this_coro::executor, spdlog::default_logger());
    for (std::size_t i = 0; i < std::min(processors(), without_text_.size()); ++i)
      group.spawn("attachment: recognise", recognise_pages(type, file));
    co_await group.wait(Deadline::max());
    co_return std::move(failure_);
  }

  void keep_to_limit() {
    while (!without_text_.empty() && without_text_.size() + recognised_ > config_.most_recognised_pages) {
      ending_.is_truncated = true;
      without_text_.erase(std::prev(without_text_.end()));
    }
  }

  // What an attempt before this one has kept; after a crash it is not done again.
  io::Task<Result<void>> pass_over_recognised() {
    for (std::int64_t last = 0;;) {
      HOLDALL_CO_TRY(const std::vector<catalog::PageText> pages,
                     co_await texts_.pages_after(row_.blob.id, last, config_.most_pages, context_));
      if (pages.empty()) co_return Result<void>();
      for (const catalog::PageText& page : pages) {
        if (page.source == catalog::TextSource::Ocr) without_text_.erase(page.page);
      }
      last = pages.back().page;
    }
  }

  io::Task<> recognise_pages(media::PictureType type, int file) {
    while (failure_ && !without_text_.empty())
      co_await recognise_next(type, file);
  }

  io::Task<> recognise_next(media::PictureType type, int file) {
    const auto [number, visible] = *without_text_.begin();
    without_text_.erase(without_text_.begin());
    if (auto outcome = co_await recognise_page(type, file, number, visible); !outcome) failure_ = std::move(outcome);
  }

  // The number of pages is a claim; it counts for no more than is wanted.
  void expect_more_pages(std::uint32_t pages) {
    if (pages > config_.most_recognised_pages) ending_.is_truncated = true;
    for (std::int64_t page = 2; page <= std::min(pages, config_.most_recognised_pages); ++page)
      without_text_.emplace(page, 0);
  }

  // A page that cannot be read takes nothing from the others.
  io::Task<Result<void>> recognise_page(media::PictureType type, int file, std::int64_t number, std::size_t visible) {
    const auto made = co_await backends_.engine->recognise(
        {.source = type, .page = static_cast<std::uint32_t>(number), .languages = config_.languages}, file,
        media::Priority::Background, context_);
    ++recognised_;
    const bool has_others = type == media::PictureType::Pdf || number > 1;
    if (!made && has_others && is_settled(made.error().kind) && made.error().code != media::kLanguageMissing) {
      spdlog::info("attachment: page {} of blob {} is not read: {}", number, row_.blob.id.value,
                   describe(made.error()));
      ending_.is_truncated = true;
      co_return Result<void>();
    }
    if (!made) co_return fail(Error(made.error()));
    if (type == media::PictureType::Tiff && number == 1) expect_more_pages((*made)->pages());
    HOLDALL_CO_TRY(std::optional<media::TextPage> page, (*made)->next());
    if (!page || page->text.empty()) co_return Result<void>();
    // What the file itself says of a page is right; what is recognised counts when it is more.
    if (visible_in(page->text) <= 2 * visible) co_return Result<void>();
    std::vector<catalog::PageText> pages;
    pages.push_back(to_page(*std::move(page), number));
    co_return co_await texts_.add_pages(row_.blob.id, std::move(pages), context_);
  }

  const Backends& backends_;
  catalog::Texts& texts_;
  const TextConfig& config_;
  const catalog::Attachment& row_;
  const bool is_first_attempt_;
  const Context& context_;
  catalog::TextOutcome ending_;
  /// Pages whose letters are still to be recognised, and how many characters of their own they have.
  std::map<std::int64_t, std::size_t> without_text_;
  std::size_t recognised_ = 0;
  Result<void> failure_;
};

}  // namespace

io::Task<Result<void>> read_text(const Backends& backends, const catalog::Job& job, const Context& context) {
  HOLDALL_CO_TRY(const std::optional<catalog::Attachment> row, co_await find_target(backends, job, context));
  if (!row || row->blob.text_state != catalog::TextState::Pending) co_return Result<void>();
  TextReader reader(backends, *row, job.attempts <= 1, context);
  Result<catalog::TextOutcome> outcome = co_await reader.read();
  if (!outcome) {
    const Error& error = outcome.error();
    if (error.kind == ErrorKind::NotFound) co_return Result<void>();  // it went meanwhile
    const bool is_over =
        is_settled(error.kind) || (job.attempts >= kReadAttempts && error.kind != ErrorKind::Cancelled);
    if (!is_over) co_return fail(Error(error));
    spdlog::info("attachment: blob {} has no text: {}", row->blob.id.value, describe(error));
    const std::string_view code = is_settled(error.kind) ? std::string_view(error.code) : media::kTextUnavailable;
    outcome = catalog::TextOutcome{.state = catalog::TextState::Failed, .failure = std::string(code)};
  }
  const Result<void> ended = co_await backends.catalog.texts().end_text(row->blob.id, *std::move(outcome), context);
  if (!ended && ended.error().kind == ErrorKind::NotFound) co_return Result<void>();
  co_return ended;
}

io::Task<Result<std::optional<std::string>>> recognised_text(catalog::Texts& texts, const catalog::Attachment& row,
                                                             const Context& context) {
  if (row.blob.text_state != catalog::TextState::Done || !media::picture_type_of(row.mime_type)) co_return std::nullopt;
  HOLDALL_CO_TRY(const std::optional<catalog::TextOutcome> outcome, co_await texts.find_text(row.blob.id, context));
  if (!outcome || outcome->language.empty()) co_return std::nullopt;
  std::string text;
  for (std::int64_t last = 0; text.size() < kMostRecognised;) {
    HOLDALL_CO_TRY(const std::vector<catalog::PageText> pages,
                   co_await texts.pages_after(row.blob.id, last, kPagesAsked, context));
    if (pages.empty()) break;
    for (const catalog::PageText& page : pages) {
      if (page.source == catalog::TextSource::Ocr) text += page.text;
    }
    last = pages.back().page;
  }
  if (text.empty()) co_return std::nullopt;
  co_return std::string(first_characters(text, kMostRecognised));
}

io::Task<Result<void>> forget_text(catalog::Texts& texts, const catalog::Job& job, const Context& context) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(job.payload, error);
  const auto* object = error ? nullptr : document.if_object();
  const auto* blob = object == nullptr ? nullptr : object->if_contains("blob");
  if (blob == nullptr || !blob->is_int64())
    co_return fail(ErrorKind::InvalidArgument, "job-malformed", "The job does not name a blob.",
                   "payload " + job.payload);
  co_return co_await texts.clear_pages(BlobId{blob->get_int64()}, context);
}

}  // namespace holdall::attachment
