#pragma once
// A picture as what recognises letters wants it.
#include <cstdint>
#include <optional>
#include <vector>

#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

/// Rows from the top, a byte a pixel, 0 is black.
struct GrayPicture {
  std::vector<std::uint8_t> pixels;
  int width = 0;
  int height = 0;
  int dots_per_inch = 0;  ///< as the file says; 0 when it says nothing that can be
};

/// What is transparent becomes paper. Nothing, and an error of libvips, when the pixels cannot be had.
std::optional<GrayPicture> to_gray(Owned<VipsImage> image);

}  // namespace holdall::worker::engines
