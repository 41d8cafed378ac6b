// Fuzzes the words of a text: each stands where it says, none is too long, and its words are itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "catalog/detail/tokenizer.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using holdall::catalog::detail::Token;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t last_begin = 0;
  holdall::catalog::detail::tokenize(text, [&](const Token& token) {
    require(token.begin >= last_begin && token.begin < token.end && token.end <= text.size());
    require(!token.text.empty() && token.text.size() <= holdall::catalog::detail::kLongestToken);
    last_begin = token.begin;
    int words = 0;
    holdall::catalog::detail::tokenize(token.text, [&](const Token& again) {
      require(again.text == token.text);
      ++words;
    });
    require(words == 1);
  });
  return 0;
}
