#pragma once
// A picture in memory on its way from a file to a file.
#include <memory>
#include <string_view>

#include <vips/vips.h>

#include "media/protocol/message.h"

namespace holdall::worker::engines {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// What became of a source: with Outcome::Done an image of the ordered size, upright, in sRGB; else the reason.
struct Raster {
  media::protocol::Reply reply;
  Owned<VipsImage> image;
};

Raster refuse(media::protocol::Outcome outcome, std::string_view reason);
/// Without transparency: paper is white. Nothing, and an error of libvips, when that fails.
Owned<VipsImage> flatten(Owned<VipsImage> image);

/// With what libvips has to say of its last error.
Raster refuse_with_error(media::protocol::Outcome outcome);

}  // namespace holdall::worker::engines
