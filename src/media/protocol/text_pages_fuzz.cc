// A child that was taken over writes what it likes; what is believed of it is written again just so.
#include <cstdlib>
#include <span>

#include "base/encoding.h"
#include "media/protocol/text_pages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdall;
  using namespace holdall::media::protocol;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  if (size < sizeof(PageHead)) return 0;
  const auto head = parse_page_head(bytes.first(sizeof(PageHead)));
  if (!head) return 0;
  const auto page = parse_page(*head, bytes.subspan(sizeof(PageHead)));
  if (page && encode_page(*page) != as_text(bytes)) std::abort();
  return 0;
}
