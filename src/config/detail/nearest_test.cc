#include "config/detail/nearest.h"

#include <gtest/gtest.h>

namespace holdall::config::detail {
namespace {

const std::vector<std::string> kKnown{"http.listen", "http.header_timeout", "collections.default.max_file_size"};

TEST(Nearest, FindsTheNameThatWasMeant) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"http.listne", "http.listen"},
      {"htp.listen", "http.listen"},
      {"http.headers_timeout", "http.header_timeout"},
      {"http.header-timeout", "http.header_timeout"},
      {"max_file_size", "collections.default.max_file_size"},
      {"completely_else", ""},
      {"", ""},
  };
  for (const auto& [name, expected] : cases)
    EXPECT_EQ(nearest(name, kKnown), expected) << name;
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'h'), kKnown), "");
}

}  // namespace
}  // namespace holdall::config::detail
