#include "config/schema.h"

#include <gtest/gtest.h>

namespace holdall::config {
namespace {

TEST(Schema, RefusesASecondDeclarationOfAnyName) {
  int field = 1;
  Schema schema;
  schema.add_integer("a.b", field, 0, 9, {.doc = "One.", .flag = "--ab"});
  EXPECT_THROW(schema.add_integer("a.b", field, 0, 9, {.doc = "Two.", .env = "OTHER"}), std::logic_error);
  EXPECT_THROW(schema.add_integer("a_b", field, 0, 9, {.doc = "Two."}), std::logic_error);
  EXPECT_THROW(schema.add_integer("a.c", field, 0, 9, {.doc = "Two.", .flag = "--ab"}), std::logic_error);
  schema.add_integer("a.c", field, 0, 9, {.doc = "Two."});
  EXPECT_THROW(schema.rename("a.c", {.env = "HOLDALL_A_B"}), std::logic_error);
  EXPECT_THROW(schema.rename("a.c", {.flag = "--ab"}), std::logic_error);
  EXPECT_THROW(schema.rename("a.d", {.flag = "--ad"}), std::logic_error);
}

TEST(Schema, RefusesLimitsThatTheFieldCannotHold) {
  std::uint8_t small = 1;
  unsigned size = 1;
  Schema schema;
  EXPECT_THROW(schema.add_integer("a", small, 0, 256, {}), std::logic_error);
  EXPECT_THROW(schema.add_integer("b", size, -1, 1, {}), std::logic_error);
  schema.add_integer("c", small, 0, 255, {});
  EXPECT_TRUE(schema.find_key("c")->assign(Text{"255"}));
  EXPECT_EQ(small, 255);
  EXPECT_FALSE(schema.find_key("c")->assign(Text{"256"}));
  EXPECT_EQ(small, 255);
}

TEST(Schema, RefusesADefaultThatIsNoneOfTheChoices) {
  int mode = 3;
  Schema schema;
  EXPECT_THROW(schema.add_choice("mode", mode, {{"one", 1}, {"two", 2}}, {}), std::logic_error);
}

TEST(Schema, FindsSettingsByEachOfTheirNames) {
  bool field = false;
  Schema schema;
  schema.add_bool("http.access-log", field, {.doc = "Log.", .flag = "--access-log"});
  EXPECT_EQ(schema.find_variable("HOLDALL_HTTP_ACCESS_LOG"), schema.find_key("http.access-log"));
  EXPECT_EQ(schema.find_flag("--access-log"), schema.find_key("http.access-log"));
  EXPECT_TRUE(schema.find_key("http.access-log")->is_switch);
  EXPECT_EQ(schema.find_flag(""), nullptr);
  EXPECT_EQ(schema.find_key("http"), nullptr);
}

}  // namespace
}  // namespace holdall::config
