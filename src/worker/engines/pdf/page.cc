#include "worker/engines/pdf/page.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fontconfig/fontconfig.h>

#include <poppler-document.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include "worker/engines/mapping.h"

#if __has_feature(address_sanitizer)
// Fontconfig holds its settings until the process ends, by pointers the sanitizer does not see.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig.so\n"; }
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif

namespace holdall::worker::engines {
namespace {

using media::protocol::Fit;
using media::protocol::Outcome;
using media::protocol::PictureOrder;
using media::protocol::Reply;

constexpr std::size_t kLargestDocument = std::numeric_limits<int>::max();
constexpr double kPointsPerInch = 72;
// A page has no pixels of its own; finer than this nothing is gained.
constexpr double kFinest = 300;
// Small pictures are drawn twice as large and shrunk: scans within pages look better so.
constexpr std::uint32_t kSmall = 512;

struct PageSize {
  double width = 0, height = 0;  ///< in points, as it is seen
};

PageSize size_of(const poppler::page& page) {
  const poppler::rectf box = page.page_rect(poppler::crop_box);
  const bool is_turned =
      page.orientation() == poppler::page::landscape || page.orientation() == poppler::page::seascape;
  return is_turned ? PageSize{box.height(), box.width()} : PageSize{box.width(), box.height()};
}

// Dots an inch for the ordered size.
double resolution_for(const PictureOrder& order, const PageSize& size) {
  const double across = order.width / size.width, down = order.height / size.height;
  const double scale = order.fit == Fit::Contain ? std::min(across, down) : std::max(across, down);
  const double wanted = scale * kPointsPerInch;
  const bool is_small = std::max(order.width, order.height) <= kSmall;
  return std::min(is_small ? wanted * 2 : wanted, kFinest);
}

bool is_drawable(const PageSize& size) {
  constexpr double kLargest = 200 * kPointsPerInch * 100;  // PDF's own limit is 200 inches; UserUnit makes more of them
  return size.width > 0 && size.height > 0 && size.width < kLargest && size.height < kLargest;
}

Owned<VipsImage> to_vips(const poppler::image& drawn) {
  const auto row = static_cast<std::size_t>(drawn.width()) * 3;
  std::string pixels;
  pixels.reserve(row * static_cast<std::size_t>(drawn.height()));
  for (int y = 0; y < drawn.height(); ++y)
    pixels.append(drawn.const_data() + static_cast<std::ptrdiff_t>(y) * drawn.bytes_per_row(), row);
  Owned<VipsImage> image(vips_image_new_from_memory_copy(pixels.data(), pixels.size(), drawn.width(), drawn.height(), 3,
                                                         VIPS_FORMAT_UCHAR));
  return image;
}

Owned<VipsImage> fit(const PictureOrder& order, const Owned<VipsImage>& image) {
  const auto crop = order.fit == Fit::Cover ? VIPS_INTERESTING_LOW : VIPS_INTERESTING_NONE;  // a page begins at its top
  const bool is_large = vips_image_get_width(image.get()) >= static_cast<int>(order.width) &&
                        vips_image_get_height(image.get()) >= static_cast<int>(order.height);
  VipsImage* made = nullptr;
  const int failed = vips_thumbnail_image(
      image.get(), &made, static_cast<int>(order.width), "height", static_cast<int>(order.height), "size",
      order.fit == Fit::Fill && is_large ? VIPS_SIZE_FORCE : VIPS_SIZE_DOWN, "crop", crop, nullptr);
  return Owned<VipsImage>(failed == 0 ? made : nullptr);
}

poppler::image render(const poppler::page& page, double resolution) {
  poppler::page_renderer renderer;
  renderer.set_image_format(poppler::image::format_rgb24);
  renderer.set_render_hints(poppler::page_renderer::antialiasing | poppler::page_renderer::text_antialiasing);
  return renderer.render_page(&page, resolution, resolution);
}

// Its own words of a broken document go nowhere.
void be_silent(const std::string&, void*) {}

}  // namespace

void load_fonts() { ::FcInit(); }

Raster draw_page(const PictureOrder& order, int input) {
  poppler::set_debug_error_function(be_silent, nullptr);
  const Mapping file(input);
  const std::string_view bytes = file.bytes();
  if (bytes.empty() || bytes.size() > kLargestDocument)
    return refuse(Outcome::Unreadable, "empty, or larger than 2 GiB");
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (!document) return refuse(Outcome::Unreadable, "no PDF document");
  if (document->is_locked()) return refuse(Outcome::Locked, "wants a password");
  const int pages = document->pages();
  if (pages <= 0) return refuse(Outcome::Unreadable, "no pages");
  if (order.page > static_cast<std::uint32_t>(pages)) return refuse(Outcome::NoSuchPage, "there are fewer");
  const std::unique_ptr<poppler::page> page(document->create_page(static_cast<int>(order.page) - 1));
  if (!page) return refuse(Outcome::Unreadable, "a page without content");
  const PageSize size = size_of(*page);
  if (!is_drawable(size)) return refuse(Outcome::Unreadable, "a page without a size");
  const double resolution = resolution_for(order, size);
  const double pixels = size.width * size.height * std::pow(resolution / kPointsPerInch, 2);
  if (pixels > static_cast<double>(order.max_pixels)) return refuse(Outcome::TooLarge, "a page out of all proportion");
  const poppler::image drawn = render(*page, resolution);
  if (!drawn.is_valid()) return refuse(Outcome::Unreadable, "not to be drawn");
  Raster raster;
  raster.reply = {.outcome = Outcome::Done,
                  .source_width = static_cast<std::uint32_t>(std::lround(size.width)),
                  .source_height = static_cast<std::uint32_t>(std::lround(size.height)),
                  .pages = static_cast<std::uint32_t>(pages)};
  raster.image = to_vips(drawn);
  if (raster.image) raster.image = fit(order, raster.image);
  if (!raster.image) return refuse_with_error(Outcome::Failed);
  return raster;
}

}  // namespace holdall::worker::engines
