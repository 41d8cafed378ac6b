#include "worker/engines/ocr/recognise.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include "base/encoding.h"
#include "worker/engines/image/decode.h"
#include "worker/engines/image/gray.h"
#include "worker/engines/page_writer.h"
#include "worker/engines/pdf/page.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::kUnknownConfidence;
using media::protocol::Outcome;
using media::protocol::PageWord;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::RecognitionOrder;
using media::protocol::Reply;
using media::protocol::TextPage;
using media::protocol::TextSource;

// A page of A4 at 300 dots an inch is 2480 by 3508.
constexpr std::uint32_t kLargestSide = 8000;
// Upright text that can be read comes out well above; one that lies on its side, well below.
constexpr int kDoubtful = 70;
// Of what is no text at all (a photograph of a tree) letters are made, too.
constexpr int kNoText = 35;

Reply refusal(Outcome outcome, std::string_view reason) {
  Reply reply{.outcome = outcome};
  set_reason(reply, reason);
  return reply;
}

bool start(tesseract::TessBaseAPI& engine, const std::string& languages) {
  if (engine.Init(nullptr, languages.c_str(), tesseract::OEM_LSTM_ONLY) != 0) return false;
  std::vector<std::string> loaded;
  engine.GetLoadedLanguagesAsVector(&loaded);
  const auto wanted = static_cast<std::size_t>(std::ranges::count(languages, '+')) + 1;
  return loaded.size() >= wanted;  // what it does not find it passes over
}

std::uint16_t share_of(int position, int whole) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(std::int64_t{position} * 65535 / whole, 0, 65535));
}

class PageBuilder {
 public:
  explicit PageBuilder(const GrayPicture& picture) : picture_(picture) {}

  void add(const tesseract::ResultIterator& at) {
    const std::unique_ptr<char[]> word(at.GetUTF8Text(tesseract::RIL_WORD));
    if (!word || trim(word.get()).empty()) return;
    separate(at);
    const auto begin = static_cast<std::uint32_t>(page_.text.size());
    page_.text += word.get();
    page_.words.push_back(place_of(at, begin));
  }

  TextPage take() && {
    if (!page_.text.empty()) page_.text += '\n';
    page_.confidence = mean_confidence(page_.words);
    if (page_.confidence < kNoText) page_ = {.source = TextSource::Recognised, .text = {}, .words = {}};
    return std::move(page_);
  }

 private:
  void separate(const tesseract::ResultIterator& at) {
    if (page_.text.empty()) return;
    if (at.IsAtBeginningOf(tesseract::RIL_PARA)) {
      page_.text += "\n\n";
    } else {
      page_.text += at.IsAtBeginningOf(tesseract::RIL_TEXTLINE) ? '\n' : ' ';
    }
  }

  PageWord place_of(const tesseract::ResultIterator& at, std::uint32_t begin) const {
    int left = 0, top = 0, right = 0, bottom = 0;
    at.BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
    const float confidence = std::clamp(at.Confidence(tesseract::RIL_WORD), 0.0F, 100.0F);
    return {.begin = begin,
            .length = static_cast<std::uint16_t>(std::min<std::size_t>(page_.text.size() - begin, 65535)),
            .left = share_of(std::min(left, right), picture_.width),
            .top = share_of(std::min(top, bottom), picture_.height),
            .right = share_of(std::max(left, right), picture_.width),
            .bottom = share_of(std::max(top, bottom), picture_.height),
            .confidence = static_cast<std::uint8_t>(std::lround(confidence))};
  }

  const GrayPicture& picture_;
  TextPage page_{.source = TextSource::Recognised, .text = {}, .words = {}};
};

TextPage recognise_as(tesseract::PageSegMode mode, tesseract::TessBaseAPI& engine, const GrayPicture& picture) {
  engine.SetPageSegMode(mode);
  engine.SetImage(picture.pixels.data(), picture.width, picture.height, 1, picture.width);
  if (picture.dots_per_inch > 0) engine.SetSourceResolution(picture.dots_per_inch);
  PageBuilder page(picture);
  if (engine.Recognize(nullptr) != 0) return std::move(page).take();
  const std::unique_ptr<tesseract::ResultIterator> at(engine.GetIterator());
  if (!at) return std::move(page).take();
  do {
    page.add(*at);
  } while (at->Next(tesseract::RIL_WORD));
  return std::move(page).take();
}

int certainty_of(const TextPage& page) { return page.confidence == kUnknownConfidence ? 0 : page.confidence; }

// Finding out which way is up costs a third of the whole; most pages are upright.
TextPage recognise_either_way(tesseract::TessBaseAPI& engine, const GrayPicture& picture) {
  TextPage upright = recognise_as(tesseract::PSM_AUTO, engine, picture);
  if (certainty_of(upright) >= kDoubtful) return upright;
  TextPage turned = recognise_as(tesseract::PSM_AUTO_OSD, engine, picture);
  return certainty_of(turned) > certainty_of(upright) ? turned : upright;
}

}  // namespace

Reply recognise(const RecognitionOrder& order, int input, int output) {
  const PictureOrder whole{.source = order.source,
                           .width = kLargestSide,
                           .height = kLargestSide,
                           .page = order.page,
                           .max_pixels = order.max_pixels};
  Raster raster = order.source == PictureType::Pdf ? draw_page(whole, input) : decode_whole(whole, input);
  if (raster.reply.outcome != Outcome::Done) return raster.reply;
  const Reply seen = raster.reply;
  const auto picture = to_gray(std::move(raster.image));
  if (!picture) return refuse_with_error(Outcome::Unreadable).reply;
  tesseract::TessBaseAPI engine;
  if (!start(engine, std::string(languages_of(order)))) return refusal(Outcome::Unsupported, "a language is missing");
  PageWriter pages(output, 1, media::protocol::kMostPageText);
  pages.add(recognise_either_way(engine, *picture));
  if (pages.has_failed()) return refusal(Outcome::Failed, "the text could not be written");
  return {.outcome = Outcome::Done, .pages = seen.pages, .is_truncated = pages.is_truncated() ? 1U : 0U};
}

}  // namespace holdall::worker::engines
