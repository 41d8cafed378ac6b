// Whatever a file is called, the field written for it is printable ASCII and reads back as that name; whatever the
// parser takes keeps its promises.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/encoding.h"
#include "http/disposition.h"

namespace {

using namespace holdall;
using namespace holdall::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_written(std::string_view filename) {
  const auto field = content_disposition(DispositionType::Attachment, filename);
  require(std::ranges::all_of(field, [](char c) { return c >= 0x20 && c < 0x7F; }));
  const auto read = parse_disposition(field, Backslash::QuotesAnything);
  require(read && read->type == "attachment");
  const auto same = parse_disposition(field, Backslash::QuotesQuotes);
  require(same && same->parameters == read->parameters);
  require(read->filename().has_value() == !filename.empty());
  if (is_utf8(filename) && !has_control_character(filename)) require(read->filename().value_or("") == filename);
  if (const auto* plain = find_parameter(read->parameters, "filename")) {
    require(!std::ranges::any_of(*plain, [](char c) { return std::string_view("\"\\/%").contains(c); }));
  }
}

void check_read(std::string_view text, Backslash backslash) {
  const auto read = parse_disposition(text, backslash);
  if (!read) return;
  require(is_token(read->type) && read->parameters.size() <= FieldLexer::kMaxParameters);
  for (const auto& parameter : read->parameters) {
    require(is_token(parameter.name) && parameter.value.size() < text.size());
    require(find_parameter(read->parameters, parameter.name) == &parameter.value);  // no name twice
    require(parameter.value.find_first_of("\r\n") == std::string::npos);
  }
  if (const auto name = read->filename()) check_written(*name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_written(text);
  check_read(text, Backslash::QuotesAnything);
  check_read(text, Backslash::QuotesQuotes);
  return 0;
}
