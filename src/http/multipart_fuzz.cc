// Two splittings of one stream give the same events; work stays linear. The first byte steers the second splitting.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "base/encoding.h"
#include "http/disposition.h"
#include "http/multipart.h"

namespace {

using namespace holdall;
using namespace holdall::http;

constexpr MultipartLimits kLimits{
    .parts = 5, .headers_per_part = 3, .part_header_bytes = 200, .preamble_bytes = 20, .epilogue_bytes = 20};

void require(bool holds) {
  if (!holds) std::abort();
}

/// The events as one text: adjacent data joined.
struct Transcript {
  std::string text;
  bool in_data = false;

  void add(std::string_view event) {
    text.append(in_data ? "\n" : "").append(event);
    in_data = false;
  }

  void add_data(std::string_view data) {
    text.append(in_data ? "" : "data ").append(data);
    in_data = true;
  }
};

void require_readable(const std::string& name) { require(is_utf8(name) && !has_control_character(name)); }

/// False once the parser has refused the stream.
bool take_events(MultipartParser& parser, Transcript& transcript) {
  while (true) {
    const auto event = parser.next();
    if (!event) {
      transcript.add("error " + event.error().code);
      return false;
    }
    if (std::holds_alternative<NeedMore>(*event)) return true;
    if (const auto* begin = std::get_if<PartBegin>(&*event)) {
      require_readable(begin->name);
      require_readable(begin->filename.value_or(""));
      transcript.add("part " + begin->name + "|" + begin->filename.value_or("-") + "|" + begin->content_type);
    }
    if (const auto* data = std::get_if<PartData>(&*event)) {
      require(!data->bytes.empty());
      transcript.add_data(as_text(data->bytes));
    }
    if (std::holds_alternative<PartEnd>(*event)) transcript.add("end of part");
    if (std::holds_alternative<MultipartEnd>(*event)) transcript.add("end");
  }
}

/// `steer` 0: all at once; else pieces whose sizes follow from it.
std::string parse(std::string_view stream, unsigned steer) {
  MultipartParser parser("b0", kLimits);
  Transcript transcript;
  unsigned state = steer;
  std::string_view rest = stream;
  while (!rest.empty()) {
    state = state * 1103515245U + 12345U;
    const std::size_t most = steer == 0 ? rest.size() : 1 + (state >> 16U) % (1 + steer % 16);
    const auto piece = rest.substr(0, most);
    rest.remove_prefix(piece.size());
    const std::vector<std::byte> exact(as_bytes(piece).begin(), as_bytes(piece).end());
    parser.feed(exact);
    if (!take_events(parser, transcript)) return transcript.text;
  }
  require(parser.work() <= 4 * stream.size() + 16);
  const auto end = parser.finish();
  transcript.add(end ? "finished" : "error " + end.error().code);
  return transcript.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = parse(stream, 0);
  require(parse(stream, 16) == whole);  // pieces of one byte
  require(parse(stream, 1U + data[0]) == whole);
  return 0;
}
