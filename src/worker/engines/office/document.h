#pragma once
// The text of office documents: Office Open XML (ECMA-376) and OpenDocument (ISO/IEC 26300).
#include <string_view>

#include "media/protocol/message.h"
#include "worker/engines/page_writer.h"

namespace holdall::worker::engines {

/// `type`: Word, Sheet, Slides or OpenDocument. Slides come as pages; all else has no pages before it is laid out, and
/// comes in parts.
media::protocol::Reply read_office(media::protocol::TextType type, std::string_view bytes, PageWriter& pages);

}  // namespace holdall::worker::engines
