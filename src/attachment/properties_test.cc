#include "attachment/properties.h"

#include <gtest/gtest.h>

namespace holdall::attachment {
namespace {

const Timestamp kNow = from_micros(1'795'000'000'000'000);

std::string refused(const PropertyTexts& texts) {
  const auto properties = check_properties(texts, kNow);
  if (properties) return {};
  EXPECT_EQ(properties.error().kind, ErrorKind::Unprocessable);
  return std::get<std::string>(properties.error().details.at(0).second);
}

TEST(Properties, TakesAllThatCanBeSaid) {
  const auto properties = check_properties({.task_id = "-3",
                                            .record_type = "invoice",
                                            .record_id = "b1 \u00fc",
                                            .role = "scan",
                                            .position = "2",
                                            .metadata = R"( {"a" : 1} )",
                                            .tags = {"b, a", R"(["c","a"])"},
                                            .expires_at = "2099-01-01T00:00:00Z"},
                                           kNow);
  ASSERT_TRUE(properties) << describe(properties.error());
  EXPECT_EQ(properties->task_id, -3);
  EXPECT_EQ(properties->record, (catalog::RecordLink{"invoice", "b1 \u00fc", "scan", 2}));
  EXPECT_EQ(properties->metadata, R"({"a":1})");
  EXPECT_EQ(properties->tags, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(to_rfc3339(*properties->expires_at), "2099-01-01T00:00:00.000000Z");
}

TEST(Properties, NamesTheOneThatIsWrong) {
  EXPECT_EQ(refused({.task_id = "1x"}), "task_id");
  EXPECT_EQ(refused({.task_id = "9223372036854775808"}), "task_id");
  EXPECT_EQ(refused({.record_type = "a"}), "record_id");
  EXPECT_EQ(refused({.record_id = "a"}), "record_type");
  EXPECT_EQ(refused({.role = "a"}), "role");
  EXPECT_EQ(refused({.record_type = "a b", .record_id = "1"}), "record_type");
  EXPECT_EQ(refused({.record_type = "a", .record_id = "x\ny"}), "record_id");
  EXPECT_EQ(refused({.record_type = "a", .record_id = "1", .position = "1.5"}), "position");
  EXPECT_EQ(refused({.metadata = "[1]"}), "metadata");
  EXPECT_EQ(refused({.metadata = "{"}), "metadata");
  EXPECT_EQ(refused({.metadata = R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}})"}), "metadata");
  EXPECT_EQ(refused({.metadata = R"({"a":")" + std::string(kMaxMetadataBytes, 'x') + "\"}"}), "metadata");
  EXPECT_EQ(refused({.tags = {std::string(65, 't')}}), "tags");
  EXPECT_EQ(refused({.tags = {R"([1])"}}), "tags");
  EXPECT_EQ(refused({.tags = {R"(["a,b"])"}}), "tags");
  EXPECT_EQ(refused({.expires_at = "tomorrow"}), "expires_at");
  EXPECT_EQ(refused({.expires_at = to_rfc3339(kNow)}), "expires_at");
}

TEST(Properties, NumbersInMetadataMustBeNumbersWhenWrittenAgain) {
  for (const char* metadata : {R"({"a":1e400})", R"({"a":-1e400})", R"({"a":0e400})", R"({"a":[1,{"b":1e999}]})"})
    EXPECT_EQ(refused({.metadata = metadata}), "metadata") << metadata;
  for (const char* metadata : {R"({"a":1.7e308})", R"({"a":1e-400})", R"({"a":18446744073709551616})"})
    EXPECT_EQ(refused({.metadata = metadata}), "") << metadata;
}

TEST(Properties, MoreThanFiftyTagsAreRefused) {
  PropertyTexts texts;
  for (std::size_t i = 0; i < kMaxTags; ++i)
    texts.tags.push_back("t" + std::to_string(i));
  EXPECT_EQ(refused(texts), "");
  texts.tags.emplace_back("t0,t1,t0");
  EXPECT_EQ(refused(texts), "") << "each counts once";
  texts.tags.emplace_back("one more");
  EXPECT_EQ(refused(texts), "tags");
}

TEST(Properties, ALongListOfOneTagIsOneTag) {
  std::string list;
  for (int i = 0; i < 100'000; ++i)
    list += "a,";
  const auto properties = check_properties({.tags = {list}}, kNow);
  ASSERT_TRUE(properties) << describe(properties.error());
  EXPECT_EQ(properties->tags, std::vector<std::string>{"a"});
  EXPECT_EQ(properties->tags.capacity(), 1u);
}

TEST(Properties, ReadsNoFurtherThanTheFirstTagTooMany) {
  std::string list;
  for (std::size_t i = 0; i <= kMaxTags; ++i)
    list += "t" + std::to_string(i) + ",";
  const auto properties = check_properties({.tags = {list + std::string(65, 'x'), "[1]"}}, kNow);
  ASSERT_FALSE(properties);
  EXPECT_EQ(properties.error().message, "tags must be at most 50.");
}

TEST(MergeMetadata, FollowsRfc7396) {
  const struct {
    const char *metadata, *patch, *merged;
  } kCases[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(merge_metadata(c.metadata, c.patch), c.merged) << c.metadata << " + " << c.patch;
}

TEST(MergeMetadata, RefusesNumbersThatCannotBeWrittenAgain) {
  for (const char* patch : {R"({"a":1e400})", R"({"b":{"c":[0e400]}})"}) {
    const auto merged = merge_metadata(R"({"a":1})", patch);
    ASSERT_FALSE(merged) << patch;
    EXPECT_EQ(merged.error().code, "property-invalid");
  }
}

// A double is written as 5E-1, longer than .5 was sent: what counts is what is kept, and what is kept can be changed.
TEST(MergeMetadata, JudgesTheSizeOfWhatIsKept) {
  const auto numbers = [](std::size_t count) {
    std::string text = R"({"a":[0.5)";
    for (std::size_t i = 1; i < count; ++i)
      text += ",0.5";
    return text + "]}";
  };
  const auto refused = check_metadata(numbers(kMaxMetadataBytes / 4 - 4));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "property-invalid");
  const auto kept = check_metadata(numbers(kMaxMetadataBytes / 5 - 4));
  ASSERT_TRUE(kept);
  EXPECT_TRUE(merge_metadata(*kept, R"({"a":null})"));
  // What an earlier version kept may be larger than the rule of today, and can still be made smaller.
  EXPECT_EQ(merge_metadata(R"({"a":")" + std::string(kMaxMetadataBytes, 'x') + "\"}", R"({"a":1})"), R"({"a":1})");
}

TEST(MergeMetadata, TheSumMustFitToo) {
  const std::string half = R"({"a":")" + std::string(kMaxMetadataBytes * 2 / 3, 'x') + "\"}";
  const std::string other = R"({"b":")" + std::string(kMaxMetadataBytes * 2 / 3, 'x') + "\"}";
  EXPECT_FALSE(merge_metadata(half, other));
}

}  // namespace
}  // namespace holdall::attachment
