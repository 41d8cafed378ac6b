#pragma once
// Pages of PDF documents as pictures, by poppler. No script runs and nothing outside the document is fetched.
#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

/// Reads what every document needs of fonts; once a process, before it forks.
void load_fonts();

/// Draws page `order.page` in the ordered size. Locked for a document that wants a password.
Raster draw_page(const media::protocol::PictureOrder& order, int input);

}  // namespace holdall::worker::engines
