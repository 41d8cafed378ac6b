#include "worker/engines/image/picture.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <unistd.h>
#include <vips/vips.h>

namespace holdall::worker::engines {
namespace {

using media::protocol::Fit;
using media::protocol::Outcome;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::Reply;

constexpr int kPngCompression = 6;
constexpr int kAvifEffort = 3;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

// The loader is chosen by what the file was found to be; should libvips see something else in it, nothing is loaded.
std::string_view loader_of(PictureType type) {
  switch (type) {
    case PictureType::Jpeg: return "VipsForeignLoadJpegSource";
    case PictureType::Png: return "VipsForeignLoadPngSource";
    case PictureType::Gif: return "VipsForeignLoadNsgifSource";
    case PictureType::Webp: return "VipsForeignLoadWebpSource";
    case PictureType::Avif:
    case PictureType::Heic: return "VipsForeignLoadHeifSource";
    case PictureType::Tiff: return "VipsForeignLoadTiffSource";
  }
  return {};
}

Reply refuse(Outcome outcome, std::string_view reason) {
  Reply reply{.outcome = outcome};
  set_reason(reply, reason);
  return reply;
}

Reply refuse_with_error(Outcome outcome) {
  const Reply reply = refuse(outcome, vips_error_buffer());
  vips_error_clear();
  return reply;
}

Owned<VipsSource> open_source(int input) {
  ::lseek(input, 0, SEEK_SET);
  return Owned<VipsSource>(vips_source_new_from_descriptor(input));
}

// Size and pages of the source, or why it is not taken. Reads the header only.
Reply inspect(const PictureOrder& order, int input) {
  const Owned<VipsSource> source = open_source(input);
  if (!source) return refuse_with_error(Outcome::Failed);
  const char* loader = vips_foreign_find_load_source(source.get());
  if (loader == nullptr) return refuse_with_error(Outcome::Unreadable);
  if (loader_of(order.source) != loader) return refuse(Outcome::Unreadable, std::string("found by ") + loader);
  const Owned<VipsImage> image(vips_image_new_from_source(source.get(), "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
  if (!image) return refuse_with_error(Outcome::Unreadable);
  Reply reply{.outcome = Outcome::Done,
              .source_width = static_cast<std::uint32_t>(vips_image_get_width(image.get())),
              .source_height = static_cast<std::uint32_t>(vips_image_get_height(image.get())),
              .pages = static_cast<std::uint32_t>(vips_image_get_n_pages(image.get()))};
  if (std::uint64_t{reply.source_width} * reply.source_height > order.max_pixels)
    return refuse(Outcome::TooLarge, "more pixels than allowed");
  if (vips_image_get_orientation_swap(image.get())) std::swap(reply.source_width, reply.source_height);
  return reply;
}

Owned<VipsImage> shrink(const PictureOrder& order, const Reply& source, int input) {
  const Owned<VipsSource> bytes = open_source(input);
  if (!bytes) return nullptr;
  const int width = static_cast<int>(order.width), height = static_cast<int>(order.height);
  const auto crop = order.fit == Fit::Cover ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE;
  // To fill both sides exactly would enlarge a picture that is smaller.
  const bool is_large = source.source_width >= order.width && source.source_height >= order.height;
  const auto size = order.fit == Fit::Fill && is_large ? VIPS_SIZE_FORCE : VIPS_SIZE_DOWN;
  VipsImage* made = nullptr;
  const int failed = vips_thumbnail_source(bytes.get(), &made, width, "height", height, "size", size, "crop", crop,
                                           "export_profile", "srgb", "intent", VIPS_INTENT_PERCEPTUAL, nullptr);
  return Owned<VipsImage>(failed == 0 ? made : nullptr);
}

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

// JPEG has no transparency: paper is white.
Owned<VipsImage> flatten(Owned<VipsImage> image) {
  if (!vips_image_hasalpha(image.get())) return image;
  const double white[] = {255, 255, 255};
  const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> background(
      vips_array_double_new(white, 3), [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
  VipsImage* made = nullptr;
  const int failed = vips_flatten(image.get(), &made, "background", background.get(), nullptr);
  return Owned<VipsImage>(failed == 0 ? made : nullptr);
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
    case PictureType::Tiff: break;
  }
  vips_error("holdall", "no writer for this type");
  return -1;
}

}  // namespace

void start_vips() {
  if (VIPS_INIT("holdall-media") != 0) std::abort();
  vips_block_untrusted_set(TRUE);
  vips_concurrency_set(1);
  vips_cache_set_max(0);
}

Reply make_picture(const PictureOrder& order, int input, int output) {
  Reply reply = inspect(order, input);
  if (reply.outcome != Outcome::Done) return reply;
  Owned<VipsImage> image = shrink(order, reply, input);
  if (image) image = without_metadata(std::move(image));
  if (image && order.target == PictureType::Jpeg) image = flatten(std::move(image));
  if (!image) return refuse_with_error(Outcome::Unreadable);
  reply.width = static_cast<std::uint32_t>(vips_image_get_width(image.get()));
  reply.height = static_cast<std::uint32_t>(vips_image_get_height(image.get()));
  const Owned<VipsTarget> target(vips_target_new_to_descriptor(output));
  // Pixels are decoded only now, so what is wrong with the source shows here.
  if (!target || save(order, image.get(), target.get()) != 0) return refuse_with_error(Outcome::Unreadable);
  return reply;
}

}  // namespace holdall::worker::engines
