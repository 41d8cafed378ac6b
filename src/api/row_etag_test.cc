#include "api/row_etag.h"

#include <gtest/gtest.h>

namespace holdall::api {
namespace {

catalog::Attachment version_two_of_seven() {
  catalog::Attachment row;
  row.id = AttachmentId{7};
  row.version = 2;
  return row;
}

TEST(RowEtag, IsIdAndVersion) { EXPECT_EQ(to_string(row_etag(version_two_of_seven())), "\"7-2\""); }

TEST(RowEtag, AnyTagOfIfMatchWillDo) {
  const struct {
    std::vector<std::string> fields;
    bool holds;
    bool names_versions;
  } kCases[] = {
      {{}, true, false},
      {{"*"}, true, false},
      {{" * "}, true, false},
      {{"\"7-2\""}, true, true},
      {{"\"7-1\", \"7-2\""}, true, true},
      {{"\"7-2\",\"7-1\""}, true, true},
      {{"\"7-1\"", "\"x\", \"7-2\""}, true, true},
      {{"\"7-1\", \"7-3\""}, false, true},
      {{"\"7-1\""}, false, true},
      {{"W/\"7-2\""}, false, true},
      {{"\"7-02\""}, false, true},
      {{"\"8-2\""}, false, true},
      {{"\"7-2\", *"}, false, true},
      {{"7-2"}, false, true},
      {{"\"\""}, false, true},
      {{""}, false, true},
  };
  for (const auto& c : kCases) {
    http::Fields fields;
    for (const std::string& value : c.fields)
      fields.add("If-Match", value);
    const std::string what = fields.joined("If-Match");
    for (const http::Purpose purpose : {http::Purpose::Read, http::Purpose::Write})
      EXPECT_EQ(judge_row(purpose, fields, version_two_of_seven()) == http::Precondition::Proceed, c.holds) << what;
    EXPECT_EQ(names_versions(fields), c.names_versions) << what;
  }
}

TEST(RowEtag, AShapeThatBecameKnownIsNewToReadersAndNoChangeToWriters) {
  catalog::Attachment row = version_two_of_seven();
  row.pages = 1;
  EXPECT_EQ(to_string(row_etag(row)), "\"7-2-s\"");
  http::Fields fields;
  fields.add("If-None-Match", "\"7-2\"");
  EXPECT_EQ(judge_row(http::Purpose::Read, fields, row), http::Precondition::Proceed);
  http::Fields match;
  match.add("If-Match", "\"7-2\"");
  EXPECT_EQ(judge_row(http::Purpose::Write, match, row), http::Precondition::Proceed);
  match.set("If-Match", "\"7-2-s\"");
  EXPECT_EQ(judge_row(http::Purpose::Write, match, row), http::Precondition::Proceed);
  match.set("If-Match", "\"7-1\"");
  EXPECT_EQ(judge_row(http::Purpose::Write, match, row), http::Precondition::PreconditionFailed);
}

TEST(RowEtag, IfNoneMatchSparesAReaderWhatItHas) {
  http::Fields fields;
  fields.add("If-None-Match", "\"7-1\", W/\"7-2\"");
  EXPECT_EQ(judge_row(http::Purpose::Read, fields, version_two_of_seven()), http::Precondition::NotModified);
  fields.set("If-None-Match", "\"7-1\"");
  EXPECT_EQ(judge_row(http::Purpose::Read, fields, version_two_of_seven()), http::Precondition::Proceed);
}

}  // namespace
}  // namespace holdall::api
