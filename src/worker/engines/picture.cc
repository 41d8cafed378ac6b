#include "worker/engines/picture.h"

#include <cstdlib>
#include <utility>

#include "worker/engines/image/decode.h"
#include "worker/engines/image/encode.h"
#include "worker/engines/pdf/page.h"

namespace holdall::worker::engines {

using media::protocol::Outcome;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::Reply;

void warm_up() {
  if (VIPS_INIT("holdall-media") != 0) std::abort();
  vips_block_untrusted_set(TRUE);
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  load_fonts();
}

Reply make_picture(const PictureOrder& order, int input, int output) {
  Raster raster = order.source == PictureType::Pdf ? draw_page(order, input) : decode(order, input);
  if (raster.reply.outcome != Outcome::Done) return raster.reply;
  return encode(order, std::move(raster), output);
}

}  // namespace holdall::worker::engines
