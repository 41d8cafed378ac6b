// A type's normal form reads back as the same type; Accept never chooses outside the offers.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/media_type.h"
#include "http/multipart.h"

namespace {

using namespace holdall::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_type(std::string_view text) {
  const auto type = parse_media_type(text);
  if (!type) {
    require(!parse_multipart_boundary(text));
    return;
  }
  const auto again = parse_media_type(to_string(*type));
  require(again && again->essence() == type->essence() && again->parameters == type->parameters);
  require(to_string(*again) == to_string(*type));
  require(matches_media_type(*type, type->essence()) && matches_media_type(*type, type->type + "/*"));
  if (const auto boundary = parse_multipart_boundary(text)) require(is_multipart_boundary(*boundary));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 3> kOffers = {"image/webp", "image/png", "text/plain"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_type(text);
  const auto choice = choose_media_type(text, kOffers);
  require(!choice || *choice < kOffers.size());
  const auto pattern_end = text.find(' ');
  if (pattern_end != std::string_view::npos && is_media_type_pattern(text.substr(0, pattern_end))) {
    if (const auto type = parse_media_type(text.substr(0, pattern_end))) {
      require(matches_media_type(*type, text.substr(0, pattern_end)));
    }
  }
  return 0;
}
