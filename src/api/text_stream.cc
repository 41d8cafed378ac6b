#include "api/text_stream.h"

#include <cmath>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kPagesAsked = 16;
constexpr double kWholePage = 65535;

// Four digits are less than a pixel of any preview.
double share_of(std::uint16_t position) { return std::round(position / kWholePage * 10'000) / 10'000; }

json::value or_null(const std::optional<std::uint8_t>& confidence) {
  return confidence ? json::value(*confidence) : json::value(nullptr);
}

json::array words_json(const catalog::PageText& page) {
  json::array words;
  words.reserve(page.words.size());
  for (const catalog::Word& word : page.words) {
    if (word.begin > page.text.size()) break;
    json::object object{{"text", std::string_view(page.text).substr(word.begin, word.length)}, {"box", box_json(word)}};
    if (word.confidence) object["confidence"] = *word.confidence;
    words.push_back(std::move(object));
  }
  return words;
}

std::string to_json(const catalog::PageText& page) {
  return json::serialize(json::object{{"page", page.page},
                                      {"source", name_of(page.source)},
                                      {"confidence", or_null(page.confidence)},
                                      {"text", page.text},
                                      {"words", words_json(page)}});
}

/// What stands before, between and behind pages, and a page itself.
class Form {
 public:
  virtual ~Form() = default;
  virtual std::string head() const = 0;
  virtual std::string page(const catalog::PageText& page, bool is_first) const = 0;
  virtual std::string tail() const = 0;
};

class JsonForm final : public Form {
 public:
  explicit JsonForm(const catalog::TextOutcome& outcome) : outcome_(outcome) {}

  std::string head() const override {
    const json::value language = outcome_.language.empty() ? json::value(nullptr) : json::value(outcome_.language);
    return R"({"text_state":"done","language":)" + json::serialize(language) + R"(,"truncated":)" +
           (outcome_.is_truncated ? "true" : "false") + R"(,"pages":[)";
  }
  std::string page(const catalog::PageText& page, bool is_first) const override {
    return (is_first ? "" : ",") + to_json(page);
  }
  std::string tail() const override { return "]}"; }

 private:
  const catalog::TextOutcome outcome_;
};

class PlainForm final : public Form {
 public:
  explicit PlainForm(bool has_pages) : has_pages_(has_pages) {}

  std::string head() const override { return {}; }
  std::string page(const catalog::PageText& page, bool) const override {
    return has_pages_ ? page.text + '\f' : page.text;
  }
  std::string tail() const override { return {}; }

 private:
  const bool has_pages_;
};

class TextStream final : public io::ByteSource {
 public:
  TextStream(catalog::Texts& texts, BlobId blob, std::unique_ptr<Form> form, const Context& context)
      : texts_(texts),
        blob_(blob),
        form_(std::move(form)),
        context_(without_deadline(context)),
        waiting_(form_->head()) {}

  io::Task<Result<std::span<const std::byte>>> next() override {
    while (sent_ == waiting_.size() && !is_over_)
      HOLDALL_CO_TRY_VOID(co_await read_more());
    const std::string_view piece = std::string_view(waiting_).substr(sent_, kLargestPiece);
    sent_ += piece.size();
    co_return as_bytes(piece);
  }
  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  io::Task<Result<void>> read_more() {
    waiting_.clear();
    sent_ = 0;
    HOLDALL_CO_TRY(const std::vector<catalog::PageText> pages,
                   co_await texts_.pages_after(blob_, last_, kPagesAsked, context_));
    for (const catalog::PageText& page : pages) {
      waiting_ += form_->page(page, last_ == 0);
      last_ = page.page;
    }
    if (pages.empty()) {
      is_over_ = true;
      waiting_ = form_->tail();
    }
    co_return Result<void>();
  }

  catalog::Texts& texts_;
  const BlobId blob_;
  const std::unique_ptr<Form> form_;
  const Context context_;
  std::string waiting_;
  std::size_t sent_ = 0;
  std::int64_t last_ = 0;
  bool is_over_ = false;
};

// What is laid out in pages by whoever made it; all other text comes in parts of no meaning.
bool has_pages(std::string_view mime_type) {
  return mime_type == "application/pdf" || mime_type.starts_with("image/") || mime_type.ends_with("presentation");
}

}  // namespace

std::string_view name_of(catalog::TextSource source) {
  switch (source) {
    case catalog::TextSource::Embedded: return "embedded";
    case catalog::TextSource::Ocr: return "ocr";
  }
  return "";
}

json::array box_json(const catalog::Word& word) {
  return {share_of(word.left), share_of(word.top), share_of(word.right), share_of(word.bottom)};
}

std::unique_ptr<io::ByteSource> stream_text(catalog::Texts& texts, const catalog::Attachment& row,
                                            const catalog::TextOutcome& outcome, bool is_plain,
                                            const Context& context) {
  std::unique_ptr<Form> form;
  if (is_plain) {
    form = std::make_unique<PlainForm>(has_pages(row.mime_type));
  } else {
    form = std::make_unique<JsonForm>(outcome);
  }
  return std::make_unique<TextStream>(texts, row.blob.id, std::move(form), context);
}

}  // namespace holdall::api
