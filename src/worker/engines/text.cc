#include "worker/engines/text.h"

#include "worker/engines/mapping.h"
#include "worker/engines/office/document.h"
#include "worker/engines/page_writer.h"
#include "worker/engines/pdf/text.h"
#include "worker/engines/plain/text.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::Reply;
using media::protocol::TextOrder;
using media::protocol::TextType;

Reply read(const TextOrder& order, std::string_view bytes, PageWriter& pages) {
  switch (order.source) {
    case TextType::Pdf: return read_pdf(bytes, pages);
    case TextType::Plain: return read_plain(bytes, pages);
    case TextType::Word:
    case TextType::Sheet:
    case TextType::Slides:
    case TextType::OpenDocument: return read_office(order.source, bytes, pages);
  }
  return {.outcome = Outcome::Unsupported};
}

}  // namespace

Reply read_text(const TextOrder& order, int input, int output) {
  const Mapping file(input);
  PageWriter pages(output, order.most_pages, order.most_bytes);
  Reply reply = read(order, file.bytes(), pages);
  reply.is_truncated = pages.is_truncated() ? 1 : 0;
  if (reply.outcome == Outcome::Done && pages.has_failed()) {
    reply.outcome = Outcome::Failed;
    set_reason(reply, "the text could not be written");
  }
  return reply;
}

}  // namespace holdall::worker::engines
