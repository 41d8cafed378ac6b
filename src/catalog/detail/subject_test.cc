#include "catalog/detail/subject.h"

#include <gtest/gtest.h>

namespace holdall::catalog::detail {
namespace {

TEST(DecimalSubject, IsTheIdItselfWhenItIsCanonical) {
  struct Case {
    std::string_view subject;
    std::int64_t id;
  };
  for (const Case& c : {Case{"0", 0}, {"7", 7}, {"10", 10}, {"1099511627775", 1099511627775}}) {
    const auto user = decimal_subject(c.subject);
    ASSERT_TRUE(user.has_value()) << c.subject;
    EXPECT_EQ(user->value, c.id);
  }
}

TEST(DecimalSubject, IsAnyOtherTextOtherwise) {
  for (const std::string_view subject :
       {"", "-0", "-1", "+1", "00", "007", " 7", "7 ", "7a", "0x7", "1e3", "alice", "1099511627776",
        "9223372036854775807", "9223372036854775808", "99999999999999999999999"}) {
    EXPECT_FALSE(decimal_subject(subject).has_value()) << subject;
  }
}

}  // namespace
}  // namespace holdall::catalog::detail
