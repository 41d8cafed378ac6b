#include "worker/engines/image/raster.h"

#include <memory>

namespace holdall::worker::engines {

using media::protocol::Outcome;

Raster refuse(Outcome outcome, std::string_view reason) {
  Raster refused{.reply = {.outcome = outcome}, .image = nullptr};
  set_reason(refused.reply, reason);
  return refused;
}

Raster refuse_with_error(Outcome outcome) {
  Raster refused = refuse(outcome, vips_error_buffer());
  vips_error_clear();
  return refused;
}

Owned<VipsImage> flatten(Owned<VipsImage> image) {
  if (!vips_image_hasalpha(image.get())) return image;
  const double white[] = {255, 255, 255};
  const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> background(
      vips_array_double_new(white, 3), [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
  VipsImage* made = nullptr;
  const int failed = vips_flatten(image.get(), &made, "background", background.get(), nullptr);
  return Owned<VipsImage>(failed == 0 ? made : nullptr);
}

}  // namespace holdall::worker::engines
