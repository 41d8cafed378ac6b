// Whatever text is given as a cursor: no crash, and what is taken means the same when it is written again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdall;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto field : {catalog::SortField::CreatedAt, catalog::SortField::Filename, catalog::SortField::FileSize}) {
    for (const bool descending : {false, true}) {
      const catalog::Sort sort{field, descending};
      const auto position = api::decode_cursor(text, sort);
      if (!position) continue;
      const auto again = api::decode_cursor(api::encode_cursor(sort, *position), sort);
      if (!again || again->number != position->number || again->text != position->text || again->id != position->id)
        std::abort();
    }
  }
  return 0;
}
