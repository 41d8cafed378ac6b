#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {

using media::protocol::Outcome;

Raster refuse(Outcome outcome, std::string_view reason) {
  Raster refused{.reply = {.outcome = outcome}, .image = nullptr};
  set_reason(refused.reply, reason);
  return refused;
}

Raster refuse_with_error(Outcome outcome) {
  Raster refused = refuse(outcome, vips_error_buffer());
  vips_error_clear();
  return refused;
}

}  // namespace holdall::worker::engines
