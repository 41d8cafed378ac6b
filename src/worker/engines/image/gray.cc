#include "worker/engines/image/gray.h"

#include <cmath>
#include <utility>

namespace holdall::worker::engines {
namespace {

constexpr double kMillimetresPerInch = 25.4;
constexpr double kCoarsest = 70, kFinest = 2400;  // what Tesseract takes for a resolution

Owned<VipsImage> in_gray(const Owned<VipsImage>& image) {
  VipsImage* gray = nullptr;
  if (vips_colourspace(image.get(), &gray, VIPS_INTERPRETATION_B_W, nullptr) != 0) return nullptr;
  const Owned<VipsImage> owned(gray);
  VipsImage* bytes = nullptr;
  return Owned<VipsImage>(vips_cast_uchar(gray, &bytes, nullptr) == 0 ? bytes : nullptr);
}

}  // namespace

std::optional<GrayPicture> to_gray(Owned<VipsImage> image) {
  image = flatten(std::move(image));
  if (image) image = in_gray(image);
  if (!image) return std::nullopt;
  std::size_t size = 0;
  const std::unique_ptr<void, decltype(&g_free)> pixels(vips_image_write_to_memory(image.get(), &size), g_free);
  if (!pixels) return std::nullopt;
  const auto* first = static_cast<const std::uint8_t*>(pixels.get());
  const double dots = vips_image_get_xres(image.get()) * kMillimetresPerInch;
  const bool is_plausible = dots >= kCoarsest && dots <= kFinest;
  return GrayPicture{.pixels = {first, first + size},
                     .width = vips_image_get_width(image.get()),
                     .height = vips_image_get_height(image.get()),
                     .dots_per_inch = is_plausible ? static_cast<int>(std::lround(dots)) : 0};
}

}  // namespace holdall::worker::engines
