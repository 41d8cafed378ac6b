#include "catalog/sqlite/derivative_table.h"

#include <utility>

namespace holdall::catalog::sqlite {

Result<std::optional<Derivative>> DerivativeTable::find(BlobId blob, std::string_view recipe) {
  Query query(connection_, find_, blob, recipe);
  HOLDALL_TRY(const bool found, query.next());
  if (!found) return std::nullopt;
  Derivative row{.blob_id = blob,
                 .recipe = std::string(recipe),
                 .bytes = {},
                 .failure = query.text(7),
                 .created_at = from_micros(query.integer(8))};
  if (!query.is_null(1)) {
    row.bytes = {.key = query.text(1),
                 .store = query.text(0),
                 .size = static_cast<std::uint64_t>(query.integer(2)),
                 .sha256 = query.digest(3),
                 .mime_type = query.text(4),
                 .width = query.integer(5),
                 .height = query.integer(6)};
  }
  return row;
}

Result<bool> DerivativeTable::put(const Derivative& made) {
  HOLDALL_TRY_VOID(Query(connection_, forget_failure_, made.blob_id, made.recipe).run());
  Query query(connection_, put_, made.blob_id, made.recipe);
  if (made.bytes) {
    const DerivedBytes& bytes = *made.bytes;
    query.bind(bytes.store);
    query.bind(bytes.key);
    query.bind(static_cast<std::int64_t>(bytes.size));
    query.bind(bytes.sha256);
    query.bind(bytes.mime_type);
    query.bind(bytes.width);
    query.bind(bytes.height);
    query.bind(nullptr);
  } else {
    for (int column = 3; column <= 9; ++column)
      query.bind(nullptr);
    query.bind(made.failure);
  }
  query.bind(made.created_at);
  HOLDALL_TRY_VOID(query.run());
  return connection_.changes() > 0;
}

Result<void> DerivativeTable::forget(BlobId blob, std::string_view recipe, std::string_view key) {
  return Query(connection_, forget_, blob, recipe, key).run();
}

Result<std::vector<std::pair<std::string, std::string>>> DerivativeTable::erase_but(BlobId blob, std::size_t kept) {
  Query query(connection_, erase_but_, blob, static_cast<std::int64_t>(kept));
  std::vector<std::pair<std::string, std::string>> erased;
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return erased;
    if (!query.is_null(1)) erased.emplace_back(query.text(0), query.text(1));
  }
}

}  // namespace holdall::catalog::sqlite
