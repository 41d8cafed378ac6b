#pragma once
// The text of PDF documents, by poppler: in the order in which it is read, with the place of each word.
#include <string_view>

#include "media/protocol/message.h"
#include "worker/engines/page_writer.h"

namespace holdall::worker::engines {

/// A page each, also those without text. Locked for a document that wants a password.
media::protocol::Reply read_pdf(std::string_view bytes, PageWriter& pages);

}  // namespace holdall::worker::engines
