#pragma once
// A job of kind Picture: from the bytes of a file to the bytes of a picture. Runs in a child of the media process, one
// picture a process.
#include "media/protocol/message.h"

namespace holdall::worker::engines {

/// Loads libraries and fonts: once a process, before it forks. Of libvips only loaders fit for untrusted files stay
/// usable (vips_block_untrusted_set).
void warm_up();

/// Reads `input` from its start, writes the picture to `output`. What is wrong with the bytes is an outcome.
media::protocol::Reply make_picture(const media::protocol::PictureOrder& order, int input, int output);

}  // namespace holdall::worker::engines
