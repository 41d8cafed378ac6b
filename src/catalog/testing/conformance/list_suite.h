#pragma once
// Conformance: listings: filters, orders, pages.
#include <algorithm>

#include "catalog/testing/conformance/fixture.h"
#include "catalog/testing/memory_listing.h"

namespace holdall::catalog::testing {

inline constexpr Sort kSorts[] = {
    {SortField::CreatedAt, true}, {SortField::CreatedAt, false}, {SortField::Filename, true},
    {SortField::Filename, false}, {SortField::FileSize, true},   {SortField::FileSize, false},
};

/// Walks all pages of a query; the rows in the order met.
inline std::vector<Attachment> walk(Catalog& catalog, ListQuery query) {
  const Context context;
  std::vector<Attachment> rows;
  while (true) {
    ListPage page = must(catalog.list(query, context));
    EXPECT_LE(page.attachments.size(), query.limit);
    for (Attachment& row : page.attachments)
      rows.push_back(std::move(row));
    if (!page.has_more) return rows;
    if (page.attachments.empty()) throw std::runtime_error("an empty page says there is more");
    query.after = position_of(query.sort, rows.back());
  }
}

inline ListQuery query_of(UserId user) {
  ListQuery query;
  query.user_id = user;
  return query;
}

TEST_P(CatalogConformance, WalksEveryOrderThroughRowsOfEqualValue) {
  // Three times of creation, four names, two sizes: most pages end in the middle of equal values.
  for (int i = 0; i < 24; ++i) {
    add(kAnna, file("name " + std::to_string(i % 4), i % 2 ? 5 : 9));
    if (i % 8 == 7) clock_.advance(1us);
  }
  add(kBert, file("another's"));
  const std::vector<Attachment> rows = all(kAnna);
  ASSERT_EQ(rows.size(), 24U);
  for (const Sort& sort : kSorts) {
    std::vector<Attachment> expected = rows;
    std::ranges::sort(expected, [&](const auto& a, const auto& b) { return comes_before(sort, a, b); });
    for (const std::size_t limit : {std::size_t{1}, std::size_t{5}, std::size_t{24}, std::size_t{200}}) {
      ListQuery query = query_of(kAnna);
      query.sort = sort;
      query.limit = limit;
      EXPECT_EQ(ids_of(walk(catalog(), query)), ids_of(expected))
          << static_cast<int>(sort.field) << (sort.descending ? " descending" : " ascending") << " limit " << limit;
    }
  }
}

TEST_P(CatalogConformance, TheNewestComeFirstUnlessSaidOtherwise) {
  add(kAnna, file("old"));
  clock_.advance(1s);
  add(kAnna, file("new"));
  EXPECT_EQ(names_of(list(query_of(kAnna)).attachments), (std::vector<std::string>{"new", "old"}));
}

TEST_P(CatalogConformance, SaysWhetherThereIsMore) {
  for (int i = 0; i < 3; ++i)
    add(kAnna, file("a"));
  ListQuery query = query_of(kAnna);
  query.limit = 3;
  EXPECT_FALSE(list(query).has_more);
  query.limit = 2;
  EXPECT_TRUE(list(query).has_more);
  EXPECT_FALSE(list(query).total.has_value());
  query.count = true;
  EXPECT_EQ(list(query).total, 3U);
  query.after = position_of(query.sort, list(query).attachments.back());
  EXPECT_EQ(list(query).total, 3U) << "of the whole selection";
  EXPECT_EQ(list(query).attachments.size(), 1U);
}

TEST_P(CatalogConformance, RowsAddedAndRemovedBetweenPagesDisturbNoOther) {
  for (int i = 0; i < 10; ++i)
    add(kAnna, file("file " + std::to_string(i), 50));
  for (const Sort& sort : kSorts) {
    ListQuery query = query_of(kAnna);
    query.sort = sort;
    query.limit = 4;
    const ListPage first = list(query);
    std::vector<Attachment> rest = all(kAnna);
    std::erase_if(
        rest, [&](const Attachment& row) { return !is_after(sort, position_of(sort, first.attachments.back()), row); });
    ASSERT_GE(rest.size(), 4U);
    // The row the page ended with goes, one far ahead goes, one comes in before and one behind the position.
    remove(kAnna, {first.attachments.back().id, rest.back().id});
    rest.pop_back();
    const Attachment low = add(kAnna, file("a first name", 1));
    const Attachment high = add(kAnna, file("z last name", 99));
    query.after = position_of(sort, first.attachments.back());
    for (const Attachment& row : {low, high}) {
      if (is_after(sort, *query.after, row)) rest.push_back(row);
    }
    std::ranges::sort(rest, [&](const auto& a, const auto& b) { return comes_before(sort, a, b); });
    EXPECT_EQ(ids_of(walk(catalog(), query)), ids_of(rest)) << static_cast<int>(sort.field) << sort.descending;
    remove(kAnna, {low.id, high.id});
    add(kAnna, file("file x", 50));
    add(kAnna, file("file y", 50));
  }
}

struct FilterCase {
  const char* what;
  std::function<void(ListQuery&)> set;
  std::vector<std::string> expected;  ///< filenames, newest first
};

TEST_P(CatalogConformance, EachFilterSelectsWhatItSays) {
  const Timestamp start = clock_.now();
  const auto make = [&](const char* name, const std::function<void(NewAttachment&)>& set) {
    NewAttachment made = file(name);
    set(made);
    add(kAnna, std::move(made));
    clock_.advance(1s);
  };
  make("png", [](auto& f) {
    f.mime_type = "image/png";
    f.task_id = 1;
    f.tags = {"red", "x%y"};
  });
  make("svg", [](auto& f) {
    f.mime_type = "image/svg+xml";
    f.task_id = 2;
    f.tags = {"red", "grün"};
  });
  make("imagex", [](auto& f) {
    f.mime_type = "imagex/png";
    f.collection = "photos";
    f.state = State::Received;
  });
  make("percent", [](auto& f) {
    f.mime_type = "image%/png";
    f.record = RecordLink{"order", "1", "", 0};
  });
  make("invoice", [](auto& f) {
    f.mime_type = "IMAGE/png";
    f.record = RecordLink{"invoice", "1", "scan", 3};
  });
  make("pdf", [](auto& f) {
    f.mime_type = "application/pdf";
    f.record = RecordLink{"invoice", "2", "", 0};
  });
  {
    NewAttachment other = file("another's");
    other.task_id = 1;
    other.tags = {"red"};
    other.record = RecordLink{"invoice", "1", "", 0};
    other.collection = "photos";
    add(kBert, std::move(other));
  }
  const FilterCase cases[] = {
      {"nothing", [](auto&) {}, {"pdf", "invoice", "percent", "imagex", "svg", "png"}},
      {"task", [](auto& q) { q.task_id = 1; }, {"png"}},
      {"no such task", [](auto& q) { q.task_id = 3; }, {}},
      {"record type", [](auto& q) { q.record_type = "invoice"; }, {"pdf", "invoice"}},
      {"record id", [](auto& q) { q.record_id = "1"; }, {"invoice", "percent"}},
      {"record",
       [](auto& q) {
         q.record_type = "invoice";
         q.record_id = "1";
       },
       {"invoice"}},
      {"collection", [](auto& q) { q.collection = "photos"; }, {"imagex"}},
      {"default collection", [](auto& q) { q.collection = "default"; }, {"pdf", "invoice", "percent", "svg", "png"}},
      {"tag", [](auto& q) { q.tag = "red"; }, {"svg", "png"}},
      {"tag in Unicode", [](auto& q) { q.tag = "grün"; }, {"svg"}},
      {"tag is no pattern", [](auto& q) { q.tag = "x%"; }, {}},
      {"tag with a percent sign", [](auto& q) { q.tag = "x%y"; }, {"png"}},
      {"tag and task",
       [](auto& q) {
         q.tag = "red";
         q.task_id = 2;
       },
       {"svg"}},
      {"type", [](auto& q) { q.mime_type = "image/png"; }, {"png"}},
      {"types", [](auto& q) { q.mime_type = "image/*"; }, {"svg", "png"}},
      {"types are no pattern", [](auto& q) { q.mime_type = "ima*/*"; }, {}},
      {"types with a percent sign", [](auto& q) { q.mime_type = "image%/*"; }, {"percent"}},
      {"underscore is no wildcard", [](auto& q) { q.mime_type = "image_png"; }, {}},
      {"state", [](auto& q) { q.state = State::Received; }, {"imagex"}},
      {"after is exclusive", [&](auto& q) { q.created_after = start + 4s; }, {"pdf"}},
      {"before is exclusive", [&](auto& q) { q.created_before = start + 1s; }, {"png"}},
      {"between",
       [&](auto& q) {
         q.created_after = start;
         q.created_before = start + 3s;
       },
       {"imagex", "svg"}},
      {"tag after",
       [&](auto& q) {
         q.tag = "red";
         q.created_after = start;
       },
       {"svg"}},
      {"tag before",
       [&](auto& q) {
         q.tag = "red";
         q.created_before = start + 1s;
       },
       {"png"}},
      {"all at once",
       [&](auto& q) {
         q.tag = "red";
         q.task_id = 1;
         q.mime_type = "image/*";
         q.collection = "default";
         q.state = State::Ready;
       },
       {"png"}},
  };
  for (const FilterCase& c : cases) {
    ListQuery query = query_of(kAnna);
    c.set(query);
    query.count = true;
    query.limit = 2;
    EXPECT_EQ(list(query).total, c.expected.size()) << c.what;
    EXPECT_EQ(names_of(walk(catalog(), query)), c.expected) << c.what;
    query.sort = {SortField::Filename, false};
    std::vector<std::string> sorted = c.expected;
    std::ranges::sort(sorted);
    EXPECT_EQ(names_of(walk(catalog(), query)), sorted) << c.what;
  }
}

TEST_P(CatalogConformance, MetadataFiltersCompareTextsNumbersAndBooleans) {
  const auto make = [&](const char* name, const char* metadata) {
    NewAttachment made = file(name);
    made.metadata = metadata;
    add(kAnna, std::move(made));
    clock_.advance(1s);
  };
  make("text", R"({"k":"5","city":"Zürich","a.b":"dot","q\"uote":"x","$":"d"})");
  make("whole", R"({"k":5,"city":"Bern"})");
  make("real", R"({"k":5.5,"big":9007199254740993})");
  make("true", R"({"k":true})");
  make("false", R"({"k":false})");
  make("null", R"({"k":null})");
  make("array", R"({"k":["5"],"deep":{"k":"5"}})");
  make("empty", "{}");
  make("quoted", R"({"k":"true"})");
  struct Case {
    const char* key;
    const char* value;
    std::vector<std::string> expected;
  };
  const Case cases[] = {
      {"k", "5", {"whole", "text"}},
      {"k", "5.0", {"whole"}},
      {"k", "5.5", {"real"}},
      {"k", "55e-1", {"real"}},
      {"k", " 5", {}},
      {"k", "true", {"quoted", "true"}},
      {"k", "false", {"false"}},
      {"k", "null", {}},
      {"k", "", {}},
      {"k", "1", {}},
      {"k", "0", {}},
      {"K", "5", {}},
      {"city", "Zürich", {"text"}},
      {"city", "Zu%", {}},
      {"a.b", "dot", {"text"}},
      {"q\"uote", "x", {"text"}},
      {"$", "d", {"text"}},
      {"$.k", "5", {}},
      {"deep", "5", {}},
      {"big", "9007199254740993", {"real"}},
      {"big", "9007199254740992", {}},
      {"missing", "5", {}},
  };
  for (const Case& c : cases) {
    ListQuery query = query_of(kAnna);
    query.metadata = {{c.key, c.value}};
    EXPECT_EQ(names_of(list(query).attachments), c.expected) << c.key << " = " << c.value;
  }
  ListQuery both = query_of(kAnna);
  both.metadata = {{"k", "5"}, {"city", "Bern"}};
  EXPECT_EQ(names_of(list(both).attachments), (std::vector<std::string>{"whole"}));
}

TEST_P(CatalogConformance, ARowWhoseMetadataIsDamagedMatchesNoFilterAndHidesNoOther) {
  for (const char* metadata : {R"({"k":NaN,"a":1})", R"({"k":Infinity,"a":1})", "", "[", R"({"a":1})"}) {
    NewAttachment made = file(metadata);
    made.metadata = metadata;
    add(kAnna, std::move(made));
  }
  ListQuery query = query_of(kAnna);
  query.metadata = {{"a", "1"}};
  query.count = true;
  const ListPage page = list(query);
  EXPECT_EQ(names_of(page.attachments), (std::vector<std::string>{R"({"a":1})"}));
  EXPECT_EQ(page.total, 1U);
}

TEST_P(CatalogConformance, ListsAllFieldsOfARow) {
  NewAttachment made = file("a", 5);
  made.tags = {"t"};
  made.record = RecordLink{"invoice", "1", "scan", 3};
  made.metadata = R"({"a":1})";
  const Attachment added = add(kAnna, std::move(made));
  const ListPage page = list(query_of(kAnna));
  ASSERT_EQ(page.attachments.size(), 1U);
  expect_same(page.attachments[0], added);
}

}  // namespace holdall::catalog::testing
