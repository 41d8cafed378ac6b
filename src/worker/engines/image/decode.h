#pragma once
// Pictures from files, by libvips: decoded no larger than needed.
#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

/// Reads `input` from its start. Pixels may be decoded as late as when the image is written.
Raster decode(const media::protocol::PictureOrder& order, int input);

/// The same for eyes that see no colours: all pixels, upright, shrunk only where a side is longer than ordered; colours
/// as the file has them.
Raster decode_whole(const media::protocol::PictureOrder& order, int input);

}  // namespace holdall::worker::engines
