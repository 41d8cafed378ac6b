#pragma once
// Pictures from files, by libvips: decoded no larger than needed.
#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

/// Reads `input` from its start. Pixels may be decoded as late as when the image is written.
Raster decode(const media::protocol::PictureOrder& order, int input);

}  // namespace holdall::worker::engines
