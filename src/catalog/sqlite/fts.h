#pragma once
// What our full-text indexes need on a connection before their tables can be opened.
//
// - The tokenizer `holdall`. What it is given begins with a line that says whose it is: "7\nA small Cat" has the words
//   "7:a", "7:small", "7:cat" (detail/tokenizer.h says what a word is). So each owner has a part of the index for
//   himself. Queries go through it too, and begin with the same line.
// - The ranking functions `page_relevance` and `name_relevance` (detail/relevance.h).
#include "base/result.h"

struct sqlite3;

namespace holdall::catalog::sqlite {

/// On each connection once. Internal when this SQLite has no FTS5.
Result<void> register_fts(::sqlite3* connection);

}  // namespace holdall::catalog::sqlite
