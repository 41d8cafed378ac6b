#include "worker/engines/pdf/text.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <poppler.h>

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::PageWord;
using media::protocol::Reply;
using media::protocol::TextPage;

struct Release {
  void operator()(void* object) const { g_object_unref(object); }
};
struct Free {
  void operator()(void* memory) const { g_free(memory); }
};
using Document = std::unique_ptr<PopplerDocument, Release>;
using Page = std::unique_ptr<PopplerPage, Release>;

Reply refusal(Outcome outcome, std::string_view reason) {
  Reply reply{.outcome = outcome};
  set_reason(reply, reason);
  return reply;
}

struct PageSize {
  double width = 0, height = 0;
};

std::uint16_t share_of(double position, double whole) {
  if (!(whole > 0)) return 0;
  return static_cast<std::uint16_t>(std::clamp(position / whole, 0.0, 1.0) * 65535);
}

PageWord word_of(std::uint32_t begin, std::uint32_t end, const PopplerRectangle& box, const PageSize& size) {
  return {.begin = begin,
          .length = static_cast<std::uint16_t>(std::min(end - begin, 65535U)),
          .left = share_of(std::min(box.x1, box.x2), size.width),
          .top = share_of(std::min(box.y1, box.y2), size.height),
          .right = share_of(std::max(box.x1, box.x2), size.width),
          .bottom = share_of(std::max(box.y1, box.y2), size.height)};
}

void widen(PopplerRectangle& box, const PopplerRectangle& by) {
  box.x1 = std::min(box.x1, by.x1);
  box.y1 = std::min(box.y1, by.y1);
  box.x2 = std::max(box.x2, by.x2);
  box.y2 = std::max(box.y2, by.y2);
}

// Poppler tells the box of each character; a word is what stands between spaces.
std::vector<PageWord> words_of(const char* text, const PopplerRectangle* boxes, unsigned count, const PageSize& size) {
  std::vector<PageWord> words;
  const char* begin = nullptr;
  const char* at = text;
  PopplerRectangle box{};
  const auto offset = [text](const char* place) { return static_cast<std::uint32_t>(place - text); };
  for (unsigned i = 0; i < count && *at != '\0'; ++i, at = g_utf8_next_char(at)) {
    if (g_unichar_isspace(g_utf8_get_char(at))) {
      if (begin != nullptr) words.push_back(word_of(offset(begin), offset(at), box, size));
      begin = nullptr;
    } else if (begin == nullptr) {
      begin = at;
      box = boxes[i];
    } else {
      widen(box, boxes[i]);
    }
  }
  if (begin != nullptr) words.push_back(word_of(offset(begin), offset(at), box, size));
  return words;
}

TextPage read_page(PopplerPage* page) {
  PageSize size;
  poppler_page_get_size(page, &size.width, &size.height);
  const std::unique_ptr<char, Free> text(poppler_page_get_text(page));
  if (!text || *text == '\0') return {};
  PopplerRectangle* boxes = nullptr;
  unsigned count = 0;
  poppler_page_get_text_layout(page, &boxes, &count);
  const std::unique_ptr<PopplerRectangle, Free> owned(boxes);
  return {.text = text.get(), .words = words_of(text.get(), boxes, count, size)};
}

}  // namespace

Reply read_pdf(std::string_view bytes, PageWriter& pages) {
  if (bytes.empty()) return refusal(Outcome::Unreadable, "empty");
  const std::unique_ptr<GBytes, decltype(&g_bytes_unref)> content(g_bytes_new_static(bytes.data(), bytes.size()),
                                                                  g_bytes_unref);
  GError* error = nullptr;
  const Document document(poppler_document_new_from_bytes(content.get(), nullptr, &error));
  if (!document) {
    const bool is_locked = g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
    const Reply reply = refusal(is_locked ? Outcome::Locked : Outcome::Unreadable, error->message);
    g_error_free(error);
    return reply;
  }
  const int count = poppler_document_get_n_pages(document.get());
  if (count <= 0) return refusal(Outcome::Unreadable, "no pages");
  for (int i = 0; i < count; ++i) {
    const Page page(poppler_document_get_page(document.get(), i));
    if (!pages.add(page ? read_page(page.get()) : TextPage())) break;
  }
  return {.outcome = Outcome::Done, .pages = static_cast<std::uint32_t>(count)};
}

}  // namespace holdall::worker::engines
