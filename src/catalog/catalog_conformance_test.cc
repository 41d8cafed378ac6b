#include "catalog/testing/catalog_conformance.h"

#include "catalog/sqlite/sqlite_catalog.h"
#include "catalog/sqlite/testing/folder.h"
#include "catalog/testing/memory_catalog.h"

namespace holdall::catalog::testing {
namespace {

class MemoryWorld final : public World {
 public:
  explicit MemoryWorld(const Clock& clock) : catalog_(clock) {}
  Catalog& catalog() override { return catalog_; }

 private:
  MemoryCatalog catalog_;
};

class SqliteWorld final : public World {
 public:
  explicit SqliteWorld(const Clock& clock)
      : catalog_(must(sqlite::SqliteCatalog::open({.folder = folder_.path()}, clock))) {}
  Catalog& catalog() override { return *catalog_; }

 private:
  sqlite::testing::Folder folder_;
  std::unique_ptr<Catalog> catalog_;
};

template <class T>
Subject subject(std::string name) {
  return {std::move(name), [](const Clock& clock) -> std::unique_ptr<World> { return std::make_unique<T>(clock); }};
}

INSTANTIATE_TEST_SUITE_P(Catalogs, CatalogConformance,
                         ::testing::Values(subject<MemoryWorld>("Memory"), subject<SqliteWorld>("Sqlite")),
                         name_of_subject);
INSTANTIATE_TEST_SUITE_P(Texts, TextConformance,
                         ::testing::Values(subject<MemoryWorld>("Memory"), subject<SqliteWorld>("Sqlite")),
                         name_of_subject);

}  // namespace
}  // namespace holdall::catalog::testing
