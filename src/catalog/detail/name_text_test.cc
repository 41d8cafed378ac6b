#include "catalog/detail/name_text.h"

#include <gtest/gtest.h>

namespace holdall::catalog::detail {
namespace {

std::string metadata_of(std::string json) {
  Attachment row;
  row.metadata = std::move(json);
  return name_text(row).metadata;
}

TEST(NameText, HasTheTagsByLine) {
  Attachment row;
  row.filename = "a.txt";
  row.tags = {"red", "very \"blue\""};
  EXPECT_EQ(name_text(row), (NameText{.filename = "a.txt", .tags = "red\nvery \"blue\"", .metadata = ""}));
}

TEST(NameText, HasTheValuesOfMetadata) {
  EXPECT_EQ(metadata_of("{}"), "");
  EXPECT_EQ(metadata_of(R"({"customer":"M\u00FCller","numbers":[17,{"x":"y"}],"paid":true,"none":null})"),
            "Müller\n17\ny");
  EXPECT_EQ(metadata_of("{"), "");
}

}  // namespace
}  // namespace holdall::catalog::detail
