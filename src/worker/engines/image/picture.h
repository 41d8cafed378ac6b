#pragma once
// Pictures by libvips. Runs in a child of the media process, one picture a process.
#include "media/protocol/message.h"

namespace holdall::worker::engines {

/// Starts libvips: once a process, before it forks. Only loaders fit for untrusted files stay usable
/// (vips_block_untrusted_set).
void start_vips();

/// Reads `input` from its start, writes the picture to `output`. Never throws; what is wrong with the bytes is an
/// outcome.
media::protocol::Reply make_picture(const media::protocol::PictureOrder& order, int input, int output);

}  // namespace holdall::worker::engines
