#include "http/access_log.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

RequestReport report() {
  return {.request_id = "abc",
          .peer = "10.0.0.1",
          .method = "GET",
          .target = "/a?b=c",
          .operation = "get_a",
          .status = 200,
          .bytes_in = 1,
          .bytes_out = 2,
          .duration = std::chrono::microseconds(1234)};
}

TEST(AccessLog, IsOneLineOfPairs) {
  EXPECT_EQ(access_line(report()),
            "request id=abc peer=10.0.0.1 method=GET target=\"/a?b=c\" operation=get_a status=200 in=1 out=2 ms=1.234");
}

TEST(AccessLog, KeepsHostileTargetsInTheirQuotes) {
  RequestReport one = report();
  one.target = "/\" status=500 \\\n\x1B[2J\xFF";
  one.operation = "";
  one.is_complete = false;
  EXPECT_EQ(
      access_line(one),
      "request id=abc peer=10.0.0.1 method=GET target=\"/\\\" status=500 \\\\??[2J?\" operation=- status=200 in=1 "
      "out=2 ms=1.234 cut=true");
}

TEST(AccessLog, CutsLongTargets) {
  RequestReport one = report();
  const std::string target(5000, 'a');
  one.target = target;
  EXPECT_LT(access_line(one).size(), 1200U);
}

}  // namespace
}  // namespace holdall::http
