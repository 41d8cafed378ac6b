#include "http/fields.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

TEST(Fields, FindsTheFirstWithoutRegardToCase) {
  Fields fields;
  fields.add("Accept", "a");
  fields.add("ACCEPT", "b");
  EXPECT_EQ(fields.find("accept"), "a");
  EXPECT_EQ(fields.count("accept"), 2U);
  EXPECT_EQ(fields.joined("Accept"), "a, b");
  EXPECT_EQ(fields.find("Accept-Encoding"), std::nullopt);
  EXPECT_EQ(fields.joined("Missing"), "");
}

TEST(Fields, KeepsOrderAndEmptyValues) {
  Fields fields;
  fields.add("B", "");
  fields.add("A", "1");
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields.at(0).name, "B");
  EXPECT_EQ(fields.find("b"), "");
  EXPECT_EQ(fields.at(1).value, "1");
  EXPECT_THROW(fields.at(2), std::out_of_range);
}

TEST(Fields, ReplacesAllOfAName) {
  Fields fields;
  fields.add("A", "1");
  fields.add("B", "2");
  fields.add("a", "3");
  fields.set("A", "4");
  EXPECT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields.find("A"), "4");
  fields.remove("b");
  EXPECT_FALSE(fields.has("B"));
  fields.clear();
  EXPECT_EQ(fields.size(), 0U);
}

TEST(Fields, IsEmptyAfterShrinkingWhateverItHeld) {
  Fields fields;
  fields.add("A", std::string(10'000, 'a'));
  fields.clear_and_shrink(1024);
  EXPECT_EQ(fields.size(), 0U);
  fields.add("A", "1");
  fields.clear_and_shrink(1024);
  EXPECT_EQ(fields.size(), 0U);
  fields.add("B", "2");
  EXPECT_EQ(fields.find("B"), "2");
}

}  // namespace
}  // namespace holdall::http
