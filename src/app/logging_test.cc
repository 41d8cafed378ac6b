#include "app/logging.h"

#include <gtest/gtest.h>

namespace holdall::app {
namespace {

TEST(EscapeJson, LeavesNothingThatCouldEndTheString) {
  EXPECT_EQ(escape_json("plain"), "plain");
  EXPECT_EQ(escape_json("a\"b\\c"), R"(a\"b\\c)");
  EXPECT_EQ(escape_json("line\nbreak\r\t\x7f"), R"(line\u000abreak\u000d\u0009\u007f)");
  EXPECT_EQ(escape_json(std::string_view("\0", 1)), R"(\u0000)");
  EXPECT_EQ(escape_json("gr\u00fcn"), "gr\u00fcn");
  EXPECT_EQ(escape_json("a\xff"
                        "b"),
            "a?b");
}

}  // namespace
}  // namespace holdall::app
