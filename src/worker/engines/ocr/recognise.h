#pragma once
// A job of kind Recognition: the letters in a picture, by Tesseract. Runs in a child of the media process.
#include "media/protocol/message.h"

namespace holdall::worker::engines {

/// Reads `input` from its start, writes one page (media/protocol/text_pages.h) to `output`; its boxes are those of the
/// picture as it is seen. Unsupported when a language is not installed.
media::protocol::Reply recognise(const media::protocol::RecognitionOrder& order, int input, int output);

}  // namespace holdall::worker::engines
