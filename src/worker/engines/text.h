#pragma once
// A job of kind Text: from the bytes of a file to the text in it. Runs in a child of the media process.
#include "media/protocol/message.h"

namespace holdall::worker::engines {

/// Reads `input` from its start, writes pages (media/protocol/text_pages.h) to `output`. What is wrong with the bytes
/// is an outcome.
media::protocol::Reply read_text(const media::protocol::TextOrder& order, int input, int output);

}  // namespace holdall::worker::engines
