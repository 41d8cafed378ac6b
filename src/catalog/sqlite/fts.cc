#include "catalog/sqlite/fts.h"

#include <array>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "catalog/detail/relevance.h"
#include "catalog/detail/tokenizer.h"
#include "catalog/sqlite/classify.h"

namespace holdall::catalog::sqlite {
namespace {

using detail::Field;

// In the order of the index's columns.
constexpr std::array kPageFields{detail::kTextField};
constexpr std::array kNameFields{detail::kFilenameField, detail::kTagsField, detail::kMetadataField};
constexpr std::size_t kMostFields = kNameFields.size();

// The tokenizer has no state, but SQLite takes a null pointer for none.
int create_tokenizer(void*, const char**, int, Fts5Tokenizer** tokenizer) {
  static char something;
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&something);
  return SQLITE_OK;
}

void delete_tokenizer(Fts5Tokenizer*) {}

using GiveToken = int (*)(void*, int, const char*, int, int, int);

// SQLite is C: nothing may be thrown through it.
int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int size, GiveToken give) try {
  if (text == nullptr) return SQLITE_OK;
  const std::string_view owned(text, static_cast<std::size_t>(size));
  const std::size_t line_end = owned.find('\n');
  if (line_end == std::string_view::npos) return SQLITE_OK;  // nobody's: never found
  std::string word(owned.substr(0, line_end));
  word += ':';
  const std::size_t owner_size = word.size();
  int code = SQLITE_OK;
  detail::tokenize(owned.substr(line_end + 1), [&](const detail::Token& token) {
    if (code != SQLITE_OK) return;
    word.replace(owner_size, std::string::npos, token.text);
    const auto place = [line_end](std::size_t at) { return static_cast<int>(line_end + 1 + at); };
    code = give(context, 0, word.data(), static_cast<int>(word.size()), place(token.begin), place(token.end));
  });
  return code;
} catch (const std::exception&) {
  return SQLITE_NOMEM;
}

/// How often a phrase of the query stands in each field of the current row.
int count_phrase(const Fts5ExtensionApi* api, Fts5Context* row, int phrase,
                 std::array<std::size_t, kMostFields>& counts) {
  Fts5PhraseIter at;
  int column = 0;
  int offset = 0;
  const int code = api->xPhraseFirst(row, phrase, &at, &column, &offset);
  for (; code == SQLITE_OK && column >= 0; api->xPhraseNext(row, &at, &column, &offset)) {
    if (const auto field = static_cast<std::size_t>(column); field < counts.size()) ++counts[field];
  }
  return code;
}

int row_relevance(const Fts5ExtensionApi* api, Fts5Context* row, std::span<const Field> fields, double& score) {
  std::array<std::size_t, kMostFields> counts{};
  for (int phrase = 0; phrase < api->xPhraseCount(row); ++phrase) {
    if (const int code = count_phrase(api, row, phrase, counts); code != SQLITE_OK) return code;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (counts[i] == 0) continue;
    int words = 0;
    if (const int code = api->xColumnSize(row, static_cast<int>(i), &words); code != SQLITE_OK) return code;
    score += detail::relevance(fields[i], counts[i], static_cast<std::size_t>(words));
  }
  return SQLITE_OK;
}

template <const auto& kFields>
void relevance(const Fts5ExtensionApi* api, Fts5Context* row, sqlite3_context* answer, int, sqlite3_value**) {
  double score = 0;
  const int code = row_relevance(api, row, kFields, score);
  code == SQLITE_OK ? sqlite3_result_double(answer, score) : sqlite3_result_error_code(answer, code);
}

/// Null when this SQLite has no FTS5.
fts5_api* fts5_of(::sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, "SELECT fts5(?)", -1, &statement, nullptr) != SQLITE_OK) return nullptr;
  sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  sqlite3_step(statement);
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

Result<void> register_fts(::sqlite3* connection) {
  fts5_api* const api = fts5_of(connection);
  if (api == nullptr) return fail(internal_error("this SQLite has no FTS5"));
  fts5_tokenizer tokenizer{.xCreate = create_tokenizer, .xDelete = delete_tokenizer, .xTokenize = tokenize};
  int code = api->xCreateTokenizer(api, "holdall", nullptr, &tokenizer, nullptr);
  if (code == SQLITE_OK) code = api->xCreateFunction(api, "page_relevance", nullptr, relevance<kPageFields>, nullptr);
  if (code == SQLITE_OK) code = api->xCreateFunction(api, "name_relevance", nullptr, relevance<kNameFields>, nullptr);
  if (code != SQLITE_OK) return fail(classify(code, 0, "register the words of the full-text index"));
  return {};
}

}  // namespace holdall::catalog::sqlite
