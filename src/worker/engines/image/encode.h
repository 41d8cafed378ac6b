#pragma once
// Pictures into files, by libvips.
#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

/// Writes the image to `output`, without anything in it that is not pixels. What is wrong with the source may show only
/// now, and is the outcome.
media::protocol::Reply encode(const media::protocol::PictureOrder& order, Raster raster, int output);

}  // namespace holdall::worker::engines
