#include "worker/engines/image/decode.h"

#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace holdall::worker::engines {
namespace {

using media::protocol::Fit;
using media::protocol::Outcome;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::Reply;

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
    case PictureType::Pdf: break;  // never by libvips
  }
  return {};
}

// Scans come as TIFF files of many pages. The frames of an animation are no pages: the first stands for all.
bool has_pages(PictureType type) { return type == PictureType::Tiff; }

std::string page_option(const PictureOrder& order) {
  return has_pages(order.source) ? "page=" + std::to_string(order.page - 1) : "";
}

Owned<VipsSource> open_source(int input) {
  ::lseek(input, 0, SEEK_SET);
  return Owned<VipsSource>(vips_source_new_from_descriptor(input));
}

// Size and pages of the source, or why it is not taken. Reads the header only.
Raster inspect(const PictureOrder& order, int input) {
  const Owned<VipsSource> source = open_source(input);
  if (!source) return refuse_with_error(Outcome::Failed);
  const char* loader = vips_foreign_find_load_source(source.get());
  if (loader == nullptr) return refuse_with_error(Outcome::Unreadable);
  if (loader_of(order.source) != loader) return refuse(Outcome::Unreadable, std::string("found by ") + loader);
  const Owned<VipsImage> first(vips_image_new_from_source(source.get(), "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
  if (!first) return refuse_with_error(Outcome::Unreadable);
  const int pages = has_pages(order.source) ? vips_image_get_n_pages(first.get()) : 1;
  if (order.page > static_cast<std::uint32_t>(pages)) return refuse(Outcome::NoSuchPage, "there are fewer");
  const Owned<VipsImage> image(
      vips_image_new_from_source(source.get(), page_option(order).c_str(), "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
  if (!image) return refuse_with_error(Outcome::Unreadable);
  Raster seen;
  Reply& reply = seen.reply;
  reply = {.outcome = Outcome::Done,
           .source_width = static_cast<std::uint32_t>(vips_image_get_width(image.get())),
           .source_height = static_cast<std::uint32_t>(vips_image_get_height(image.get())),
           .pages = static_cast<std::uint32_t>(vips_image_get_n_pages(first.get()))};
  if (std::uint64_t{reply.source_width} * reply.source_height > order.max_pixels)
    return refuse(Outcome::TooLarge, "more pixels than allowed");
  if (vips_image_get_orientation_swap(image.get())) std::swap(reply.source_width, reply.source_height);
  return seen;
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
                                           "option_string", page_option(order).c_str(), "export_profile", "srgb",
                                           "intent", VIPS_INTENT_PERCEPTUAL, nullptr);
  return Owned<VipsImage>(failed == 0 ? made : nullptr);
}

Owned<VipsImage> upright(const PictureOrder& order, int input) {
  const Owned<VipsSource> bytes = open_source(input);
  if (!bytes) return nullptr;
  const Owned<VipsImage> stored(vips_image_new_from_source(bytes.get(), page_option(order).c_str(), nullptr));
  VipsImage* turned = nullptr;
  if (!stored || vips_autorot(stored.get(), &turned, nullptr) != 0) return nullptr;
  return Owned<VipsImage>(turned);
}

}  // namespace

Raster decode_whole(const PictureOrder& order, int input) {
  Raster raster = inspect(order, input);
  if (raster.reply.outcome != Outcome::Done) return raster;
  raster.image = upright(order, input);
  if (!raster.image) return refuse_with_error(Outcome::Unreadable);
  if (raster.reply.source_width <= order.width && raster.reply.source_height <= order.height) return raster;
  VipsImage* shrunk = nullptr;
  const int failed =
      vips_thumbnail_image(raster.image.get(), &shrunk, static_cast<int>(order.width), "height",
                           static_cast<int>(order.height), "size", VIPS_SIZE_DOWN, "no_rotate", TRUE, nullptr);
  raster.image.reset(failed == 0 ? shrunk : nullptr);
  if (!raster.image) return refuse_with_error(Outcome::Unreadable);
  return raster;
}

Raster decode(const PictureOrder& order, int input) {
  Raster raster = inspect(order, input);
  if (raster.reply.outcome != Outcome::Done) return raster;
  raster.image = shrink(order, raster.reply, input);
  if (!raster.image) return refuse_with_error(Outcome::Unreadable);
  return raster;
}

}  // namespace holdall::worker::engines
