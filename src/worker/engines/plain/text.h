#pragma once
// Text files of any encoding, by ICU.
#include <string_view>

#include "media/protocol/message.h"
#include "worker/engines/page_writer.h"

namespace holdall::worker::engines {

/// UTF-8 where it is; else what a byte order mark says; else what ICU takes the bytes for.
media::protocol::Reply read_plain(std::string_view bytes, PageWriter& pages);

}  // namespace holdall::worker::engines
