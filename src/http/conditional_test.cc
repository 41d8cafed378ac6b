#include "http/conditional.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

using enum Precondition;

/// A file changed at 17:50:10.8 that has the tag "abc".
CurrentState current_file() {
  return {.exists = true,
          .etag = EntityTag{.opaque = "abc"},
          .last_modified = parse_rfc3339("2026-11-22T17:50:10.812331Z").value(),
          .last_modified_is_strong = true};
}

constexpr std::string_view kSame = "Sun, 22 Nov 2026 17:50:10 GMT";
constexpr std::string_view kBefore = "Sun, 22 Nov 2026 17:50:09 GMT";
constexpr std::string_view kAfter = "Sun, 22 Nov 2026 17:50:11 GMT";

TEST(EntityTag, IsReadStrictly) {
  EXPECT_EQ(parse_etag("\"abc\""), (EntityTag{"abc", false}));
  EXPECT_EQ(parse_etag("W/\"abc\""), (EntityTag{"abc", true}));
  EXPECT_EQ(parse_etag("\"\""), (EntityTag{"", false}));
  EXPECT_EQ(parse_etag("\"a,b\\\""), (EntityTag{"a,b\\", false}));
  EXPECT_EQ(parse_etag("\"\xC3\xA9!\""), (EntityTag{"\xC3\xA9!", false}));
  for (const std::string_view text :
       {"", "abc", "\"abc", "abc\"", "w/\"abc\"", "W/ \"abc\"", "W/abc", "\"a b\"", "\"a\tb\"", "\"a\"b\"", " \"a\"",
        "\"a\" ", "*", "\"a\x7F\"", "\"a\",\"b\"", "W/"}) {
    EXPECT_EQ(parse_etag(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_etag(std::string_view("\"a\0b\"", 5)), std::nullopt);
}

TEST(EntityTag, IsWrittenAsItIsRead) {
  EXPECT_EQ(to_string(EntityTag{"abc", false}), "\"abc\"");
  EXPECT_EQ(to_string(EntityTag{"abc", true}), "W/\"abc\"");
}

TEST(EntityTagList, TakesQuotedCommasAndEmptyElements) {
  const auto list = parse_etag_list(" \"a,b\" ,, W/\"c\",\t\"\",");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->any);
  EXPECT_EQ(list->tags, (std::vector<EntityTag>{{"a,b", false}, {"c", true}, {"", false}}));
  EXPECT_TRUE(parse_etag_list("*")->any);
  EXPECT_TRUE(parse_etag_list("")->tags.empty());
}

TEST(EntityTagList, RefusesWhatIsNoList) {
  for (const std::string_view text :
       {"abc", "\"a\" \"b\"", "\"a\"\"b\"", "*, \"a\"", "\"a\", *", "**", "\"a\";", "\"a"}) {
    EXPECT_FALSE(parse_etag_list(text)) << text;
  }
}

TEST(EntityTagList, RefusesMoreThan256Tags) {
  std::string text = "\"a\"";
  for (int i = 1; i < 256; ++i)
    text += ",\"a\"";
  EXPECT_EQ(parse_etag_list(text)->tags.size(), 256);
  EXPECT_FALSE(parse_etag_list(text + ",\"a\""));
}

/// The table of RFC 9110 section 8.8.3.2.
TEST(EntityTag, ComparesStronglyAndWeakly) {
  const EntityTag weak{"1", true};
  const EntityTag other_weak{"2", true};
  const EntityTag strong{"1", false};
  EXPECT_FALSE(matches_strongly(weak, weak));
  EXPECT_TRUE(matches_weakly(weak, weak));
  EXPECT_FALSE(matches_strongly(weak, other_weak));
  EXPECT_FALSE(matches_weakly(weak, other_weak));
  EXPECT_FALSE(matches_strongly(weak, strong));
  EXPECT_TRUE(matches_weakly(weak, strong));
  EXPECT_TRUE(matches_strongly(strong, strong));
  EXPECT_TRUE(matches_weakly(strong, strong));
}

struct Case {
  ConditionalFields fields;
  Precondition read;
  Precondition write;
};

void expect_outcomes(const std::vector<Case>& cases, const CurrentState& current) {
  for (const auto& [fields, read, write] : cases) {
    const auto place = std::string(fields.if_match.value_or("-")) + " | " +
                       std::string(fields.if_none_match.value_or("-")) + " | " +
                       std::string(fields.if_modified_since.value_or("-")) + " | " +
                       std::string(fields.if_unmodified_since.value_or("-"));
    EXPECT_EQ(judge_preconditions(Purpose::Read, fields, current).precondition, read) << place;
    EXPECT_EQ(judge_preconditions(Purpose::Write, fields, current).precondition, write) << place;
  }
}

TEST(Preconditions, AreJudgedOneByOne) {
  expect_outcomes(
      {
          {{}, Proceed, Proceed},
          {{.if_match = "\"abc\""}, Proceed, Proceed},
          {{.if_match = "\"x\", \"abc\""}, Proceed, Proceed},
          {{.if_match = "*"}, Proceed, Proceed},
          {{.if_match = "\"x\""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "W/\"abc\""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "\"a,\", \"bc\""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = ""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "abc"}, PreconditionFailed, PreconditionFailed},
          {{.if_none_match = "\"abc\""}, NotModified, PreconditionFailed},
          {{.if_none_match = "W/\"abc\""}, NotModified, PreconditionFailed},
          {{.if_none_match = "\"x\",\"abc\""}, NotModified, PreconditionFailed},
          {{.if_none_match = "*"}, NotModified, PreconditionFailed},
          {{.if_none_match = "\"x\""}, Proceed, Proceed},
          {{.if_none_match = "abc"}, Proceed, PreconditionFailed},
          {{.if_none_match = "*, \"x\""}, Proceed, PreconditionFailed},
          {{.if_modified_since = kSame}, NotModified, Proceed},
          {{.if_modified_since = kAfter}, NotModified, Proceed},
          {{.if_modified_since = kBefore}, Proceed, Proceed},
          {{.if_modified_since = "Sunday, 22-Nov-26 17:50:10 GMT"}, NotModified, Proceed},
          {{.if_modified_since = "Sun Nov 22 17:50:10 2026"}, NotModified, Proceed},
          {{.if_modified_since = "yesterday"}, Proceed, Proceed},
          {{.if_modified_since = "2026-11-22T17:50:10Z"}, Proceed, Proceed},
          {{.if_unmodified_since = kSame}, Proceed, Proceed},
          {{.if_unmodified_since = kAfter}, Proceed, Proceed},
          {{.if_unmodified_since = kBefore}, PreconditionFailed, PreconditionFailed},
          {{.if_unmodified_since = "yesterday"}, Proceed, Proceed},
          {{.if_unmodified_since = "Sun, 22 Nov 2026 17:50:09 GMT, Sun, 22 Nov 2026 17:50:09 GMT"}, Proceed, Proceed},
      },
      current_file());
}

TEST(Preconditions, AreJudgedInTheOrderOfSection13_2_2) {
  expect_outcomes(
      {
          // If-Match makes If-Unmodified-Since count for nothing
          {{.if_match = "\"abc\"", .if_unmodified_since = kBefore}, Proceed, Proceed},
          {{.if_match = "\"x\"", .if_unmodified_since = kAfter}, PreconditionFailed, PreconditionFailed},
          // If-None-Match makes If-Modified-Since count for nothing
          {{.if_none_match = "\"x\"", .if_modified_since = kSame}, Proceed, Proceed},
          {{.if_none_match = "\"abc\"", .if_modified_since = kBefore}, NotModified, PreconditionFailed},
          {{.if_none_match = "abc", .if_modified_since = kSame}, Proceed, PreconditionFailed},
          // what guards against change is asked first
          {{.if_match = "\"x\"", .if_none_match = "\"abc\""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "\"abc\"", .if_none_match = "\"abc\""}, NotModified, PreconditionFailed},
          {{.if_modified_since = kSame, .if_unmodified_since = kBefore}, PreconditionFailed, PreconditionFailed},
          {{.if_modified_since = kSame, .if_unmodified_since = kSame}, NotModified, Proceed},
      },
      current_file());
}

TEST(Preconditions, OfWhatIsNotThere) {
  expect_outcomes(
      {
          {{.if_match = "*"}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "\"abc\""}, PreconditionFailed, PreconditionFailed},
          {{.if_none_match = "*"}, Proceed, Proceed},
          {{.if_none_match = "\"abc\""}, Proceed, Proceed},
          {{.if_modified_since = kSame}, Proceed, Proceed},
          {{.if_unmodified_since = kBefore}, Proceed, Proceed},
      },
      {.exists = false, .etag = {}, .last_modified = {}});
}

TEST(Preconditions, OfWhatHasNoTag) {
  expect_outcomes(
      {
          {{.if_match = "\"abc\""}, PreconditionFailed, PreconditionFailed},
          {{.if_match = "*"}, Proceed, Proceed},
          {{.if_none_match = "\"abc\""}, Proceed, Proceed},
          {{.if_none_match = "*"}, NotModified, PreconditionFailed},
      },
      {.exists = true, .etag = {}, .last_modified = {}});
}

TEST(IfRange, HoldsOnlyForTheSameBytes) {
  const struct {
    std::string_view field;
    bool applies;
  } cases[] = {
      {"\"abc\"", true}, {" \"abc\" ", true}, {"\"x\"", false}, {"W/\"abc\"", false}, {"\"abc\", \"x\"", false},
      {"*", false},      {"abc", false},      {"", false},      {kSame, true},        {kBefore, false},
      {kAfter, false},
  };
  for (const auto& [field, applies] : cases) {
    const auto outcome = judge_preconditions(Purpose::Read, {.if_range = field}, current_file());
    EXPECT_EQ(outcome.range_applies, applies) << field;
    EXPECT_EQ(outcome.precondition, Proceed) << field;
  }
  EXPECT_TRUE(judge_preconditions(Purpose::Read, {}, current_file()).range_applies);
}

TEST(IfRange, TakesNoWeakValidator) {
  auto current = current_file();
  current.last_modified_is_strong = false;
  EXPECT_FALSE(judge_preconditions(Purpose::Read, {.if_range = kSame}, current).range_applies);
  current.etag->weak = true;
  EXPECT_FALSE(judge_preconditions(Purpose::Read, {.if_range = "\"abc\""}, current).range_applies);
  EXPECT_FALSE(judge_preconditions(Purpose::Read, {.if_range = "W/\"abc\""}, current).range_applies);
}

}  // namespace
}  // namespace holdall::http
