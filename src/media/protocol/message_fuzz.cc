// A child that was taken over writes what it likes.
#include <cstdlib>
#include <span>

#include "media/protocol/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdall::media::protocol;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  if (const auto reply = parse_reply(bytes)) {
    for (const char c : reason_of(*reply))
      if (c < 0x20 || c > 0x7e) std::abort();
  }
  static_cast<void>(parse_exit(bytes));
  static_cast<void>(parse_hello(bytes));
  static_cast<void>(parse_request(bytes));
  return 0;
}
