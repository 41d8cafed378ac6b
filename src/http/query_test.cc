#include "http/query.h"

#include <gtest/gtest.h>

namespace holdall::http {
namespace {

TEST(RequestTarget, IsSplitAtTheFirstQuestionMark) {
  EXPECT_EQ(split_target("/a/b?c=d?e").path, "/a/b");
  EXPECT_EQ(split_target("/a/b?c=d?e").query, "c=d?e");
  EXPECT_EQ(split_target("/a").path, "/a");
  EXPECT_EQ(split_target("/a").query, "");
  EXPECT_EQ(split_target("/a?").query, "");
  EXPECT_EQ(split_target("").path, "");
}

TEST(RequestPath, IsDecoded) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"/", "/"},
      {"/api/v1/attachments/42", "/api/v1/attachments/42"},
      {"/a%20b+c", "/a b+c"},
      {"/%E6%96%87", "/\xE6\x96\x87"},
      {"/a//b/", "/a//b/"},
      {"/...", "/..."},
      {"/.a/b./..c", "/.a/b./..c"},
      {"/%252F", "/%2F"},
      {"/a%5Cb", "/a\\b"},
  };
  for (const auto& [path, decoded] : cases)
    EXPECT_EQ(decode_path(path).value_or("refused"), decoded) << path;
}

TEST(RequestPath, IsRefusedWhereItCouldMeanTwoThings) {
  const std::string_view cases[] = {
      "",        "a",      "*",         "http://x/", "/a%2Fb", "/a%2fb", "/%00",       "/a%0Ab", "/%7F",
      "/%C2%85", "/%FF",   "/%C0%AF",   "/%",        "/%4",    "/%4g",   "/%%41",      "/.",     "/..",
      "/a/../b", "/a/./b", "/%2e%2E/b", "/a/.%2e",   "/%2e",   "/a/..",  "/%ED%A0%80",
  };
  for (const auto path : cases) {
    const auto result = decode_path(path);
    ASSERT_FALSE(result.has_value()) << path;
    EXPECT_EQ(result.error().kind, ErrorKind::InvalidArgument) << path;
    EXPECT_EQ(result.error().code, "bad-path") << path;
  }
}

TEST(RequestPath, IsSplitIntoSegments) {
  using Segments = std::vector<std::string_view>;
  EXPECT_EQ(split_path("/"), (Segments{""}));
  EXPECT_EQ(split_path("/a"), (Segments{"a"}));
  EXPECT_EQ(split_path("/a/b"), (Segments{"a", "b"}));
  EXPECT_EQ(split_path("/a//b/"), (Segments{"a", "", "b", ""}));
  EXPECT_EQ(split_path(""), Segments{});
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(std::string_view query) {
  const auto parameters = parse_query(query);
  if (!parameters) return {{"refused", parameters.error().code}};
  Pairs pairs;
  for (const auto& [name, value] : *parameters)
    pairs.emplace_back(name, value);
  return pairs;
}

TEST(Query, IsReadAsFormEncoding) {
  const std::pair<std::string_view, Pairs> cases[] = {
      {"", {}},
      {"&&", {}},
      {"a=b", {{"a", "b"}}},
      {"a=b&c=d&a=e", {{"a", "b"}, {"c", "d"}, {"a", "e"}}},
      {"&a=b&&c=d&", {{"a", "b"}, {"c", "d"}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"=b", {{"", "b"}}},
      {"=", {{"", ""}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"a+b=c+d%2Be", {{"a b", "c d+e"}}},
      {"a%26b=c%3Dd", {{"a&b", "c=d"}}},
      {"q=%E6%96%87", {{"q", "\xE6\x96\x87"}}},
      {"a=b;c=d", {{"a", "b;c=d"}}},
      {"metadata.x%5B%5D=%0A", {{"metadata.x[]", "\n"}}},
      {"a=%2", {{"refused", "bad-query"}}},
      {"a=%", {{"refused", "bad-query"}}},
      {"%zz=a", {{"refused", "bad-query"}}},
      {"a=%00", {{"refused", "bad-query"}}},
      {"a=%FF", {{"refused", "bad-query"}}},
      {"%C0%AF=a", {{"refused", "bad-query"}}},
  };
  for (const auto& [query, pairs] : cases)
    EXPECT_EQ(pairs_of(query), pairs) << query;
}

TEST(Query, HasAtMost256Parameters) {
  std::string query = "a=0";
  for (int i = 1; i < 256; ++i)
    query += "&a=" + std::to_string(i);
  EXPECT_EQ(pairs_of(query + "&").size(), 256);
  EXPECT_EQ(pairs_of(query).back().second, "255");
  EXPECT_EQ(pairs_of(query + "&b"), (Pairs{{"refused", "too-many-query-parameters"}}));
}

}  // namespace
}  // namespace holdall::http
