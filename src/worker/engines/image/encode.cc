#include "worker/engines/image/encode.h"

#include <memory>
#include <utility>

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::Reply;

constexpr int kPngCompression = 6;
constexpr int kAvifEffort = 3;

// Everything goes that is not pixels: the WebP writer of libvips 8.14 would keep profile and EXIF in spite of `strip`.
// The colours are sRGB now, which is what everybody takes a picture without a profile for.
Owned<VipsImage> without_metadata(Owned<VipsImage> image) {
  VipsImage* made = nullptr;
  if (vips_copy(image.get(), &made, nullptr) != 0) return nullptr;
  char** fields = vips_image_get_fields(made);
  for (char** field = fields; *field != nullptr; ++field)
    vips_image_remove(made, *field);  // those of the header stay
  g_strfreev(fields);
  return Owned<VipsImage>(made);
}

int save(const PictureOrder& order, VipsImage* image, VipsTarget* target) {
  const int quality = static_cast<int>(order.quality);
  switch (order.target) {
    case PictureType::Jpeg:
      return vips_jpegsave_target(image, target, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, nullptr);
    case PictureType::Png:
      return vips_pngsave_target(image, target, "compression", kPngCompression, "strip", TRUE, nullptr);
    case PictureType::Webp: return vips_webpsave_target(image, target, "Q", quality, "strip", TRUE, nullptr);
    case PictureType::Avif:
      return vips_heifsave_target(image, target, "Q", quality, "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1,
                                  "effort", kAvifEffort, "strip", TRUE, nullptr);
    case PictureType::Gif:
    case PictureType::Heic:
    case PictureType::Tiff:
    case PictureType::Pdf: break;
  }
  vips_error("holdall", "no writer for this type");
  return -1;
}

}  // namespace

Reply encode(const PictureOrder& order, Raster raster, int output) {
  Owned<VipsImage> image = without_metadata(std::move(raster.image));
  if (image && order.target == PictureType::Jpeg) image = flatten(std::move(image));
  if (!image) return refuse_with_error(Outcome::Unreadable).reply;
  raster.reply.width = static_cast<std::uint32_t>(vips_image_get_width(image.get()));
  raster.reply.height = static_cast<std::uint32_t>(vips_image_get_height(image.get()));
  const Owned<VipsTarget> target(vips_target_new_to_descriptor(output));
  if (!target || save(order, image.get(), target.get()) != 0) return refuse_with_error(Outcome::Unreadable).reply;
  return raster.reply;
}

}  // namespace holdall::worker::engines
