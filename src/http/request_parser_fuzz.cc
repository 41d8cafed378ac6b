// What the parser makes of bytes must not depend on how the network cut them.
#include <cstdint>
#include <cstdlib>

#include "http/testing/parse_all.h"

namespace {

using holdall::http::testing::parse_all;

void expect_alike(bool alike) {
  if (!alike) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_all(bytes, 0);
  expect_alike(whole == parse_all(bytes, 1));
  expect_alike(whole == parse_all(bytes, size / 2 + 1));
  return 0;
}
