// A decoded path has no dot segments and as many segments as the request had; a query that was taken, encoded again,
// is the same query.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "http/disposition.h"
#include "http/query.h"

namespace {

using namespace holdall;
using namespace holdall::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_path(std::string_view path) {
  const auto decoded = decode_path(path);
  if (!decoded) return;
  require(is_utf8(*decoded) && !has_control_character(*decoded));
  const auto segments = split_path(*decoded);
  require(segments.size() == split_path(path).size());
  std::string joined;
  for (const auto segment : segments) {
    require(segment != "." && segment != ".." && !segment.contains('/'));
    joined.append("/").append(segment);
  }
  require(joined == *decoded);
}

void check_query(std::string_view query) {
  const auto parameters = parse_query(query);
  if (!parameters) return;
  require(parameters->size() <= kMaxQueryParameters);
  std::string encoded;
  for (const auto& [name, value] : *parameters) {
    require(is_utf8(name) && is_utf8(value) && !name.contains('\0') && !value.contains('\0'));
    encoded += "&" + percent_encode(name) + "=" + percent_encode(value);
  }
  const auto again = parse_query(encoded);
  require(again.has_value());
  require(
      std::ranges::equal(*again, *parameters, [](auto& a, auto& b) { return a.name == b.name && a.value == b.value; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  const auto [path, query] = split_target(target);
  check_path(path);
  check_query(query);
  check_query(target);
  return 0;
}
