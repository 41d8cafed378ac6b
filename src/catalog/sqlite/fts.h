#pragma once
// What our full-text indexes need on a connection before their tables can be opened: the tokenizer `holdall`
// (detail/tokenizer.h) and the ranking functions `page_relevance` and `name_relevance` (detail/relevance.h).
#include "base/result.h"

struct sqlite3;

namespace holdall::catalog::sqlite {

/// On each connection once. Internal when this SQLite has no FTS5.
Result<void> register_fts(::sqlite3* connection);

}  // namespace holdall::catalog::sqlite
