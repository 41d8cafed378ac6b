#include "api/upload_fields.h"

#include <gtest/gtest.h>

namespace holdall::api {
namespace {

http::Request request_with(std::vector<http::QueryParameter> query) {
  http::Request request;
  request.query = std::move(query);
  return request;
}

TEST(UploadFields, GathersQueryAndForm) {
  auto fields = UploadFields::from_query(request_with({{"task_id", "3"}, {"filename", "x"}, {"tags", "a"}}));
  ASSERT_TRUE(fields);
  ASSERT_TRUE(fields->add("tags", "b"));
  ASSERT_TRUE(fields->add("collection", "photos"));
  EXPECT_EQ(fields->collection(), "photos");
  EXPECT_EQ(fields->properties().task_id, "3");
  EXPECT_EQ(fields->properties().tags, (std::vector<std::string>{"a", "b"}));
}

TEST(UploadFields, RefusesAFieldSaidTwice) {
  auto fields = UploadFields::from_query(request_with({{"task_id", "3"}}));
  ASSERT_TRUE(fields);
  const auto again = fields->add("task_id", "3");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "repeated-field");
}

TEST(UploadFields, RefusesWhatMeansNothing) {
  UploadFields fields;
  EXPECT_EQ(fields.add("taskid", "3").error().code, "unknown-field");
  EXPECT_EQ(fields.collection(), "default");
}

}  // namespace
}  // namespace holdall::api
