#include "catalog/sqlite/housekeeping.h"

#include "catalog/sqlite/attachment_row.h"
#include "catalog/sqlite/statement.h"

namespace holdall::catalog::sqlite {
namespace {

constexpr std::size_t kMostFindings = 100;  // more say nothing new

/// A rule over rows: the statement answers the ids of those that break it.
struct Rule {
  const char* sql;
  const char* finding;
};

constexpr Rule kRules[] = {
    {"SELECT id FROM attachments WHERE metadata IS NOT NULL AND NOT json_valid(metadata)",
     "has metadata that is no JSON: attachment "},
    {"SELECT id FROM attachments WHERE tags IS NOT NULL AND NOT json_valid(tags)",
     "has tags that are no JSON: attachment "},
    {"SELECT a.id FROM attachments AS a JOIN blobs AS b ON b.id = a.blob_id WHERE a.user_id <> b.user_id",
     "points to a blob of another user: attachment "},
    {"SELECT b.id FROM blobs AS b WHERE NOT EXISTS (SELECT 1 FROM attachments AS a WHERE a.blob_id = b.id)",
     "no attachment points to it: blob "},
    {"SELECT t.attachment_id FROM attachment_tags AS t LEFT JOIN attachments AS a ON a.id = t.attachment_id "
     "WHERE a.id IS NULL OR a.user_id <> t.user_id OR a.created_at <> t.created_at OR a.tags IS NULL "
     "OR NOT EXISTS (SELECT 1 FROM json_each(a.tags) WHERE value = t.tag)",
     "is listed by a tag it does not have: attachment "},
    {"SELECT a.id FROM attachments AS a, json_each(a.tags) AS g WHERE a.tags IS NOT NULL AND NOT EXISTS "
     "(SELECT 1 FROM attachment_tags AS t WHERE t.user_id = a.user_id AND t.tag = g.value "
     "AND t.created_at = a.created_at AND t.attachment_id = a.id)",
     "is not listed by a tag it has: attachment "},
    {"SELECT id FROM blobs WHERE text_state NOT BETWEEN 0 AND 3", "has a text_state nobody knows: blob "},
    {"SELECT n.id FROM name_texts AS n LEFT JOIN attachments AS a ON a.id = n.id "
     "WHERE a.id IS NULL OR a.user_id <> n.owner",
     "is searched by names it does not have: attachment "},
    {"SELECT a.id FROM attachments AS a WHERE a.id <= (SELECT up_to FROM name_mark) "
     "AND NOT EXISTS (SELECT 1 FROM name_texts AS n WHERE n.id = a.id)",
     "is not searched by its names: attachment "},
    {"SELECT DISTINCT p.blob_id FROM page_texts AS p JOIN blobs AS b ON b.id = p.blob_id "
     "WHERE p.owner <> b.user_id OR b.text_state = 0",
     "has pages of a text that it should not have: blob "},
};

Result<void> apply_rule(Connection& connection, const Rule& rule, std::vector<std::string>& findings) {
  Statement statement(rule.sql);
  Query query(connection, statement);
  while (findings.size() < kMostFindings) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) break;
    findings.push_back(rule.finding + std::to_string(query.integer(0)));
  }
  return {};
}

Result<void> check_pages(Connection& connection, std::vector<std::string>& findings) {
  Statement statement("PRAGMA integrity_check(100)");
  Query query(connection, statement);
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return {};
    if (std::string line = query.text(0); line != "ok") findings.push_back("The file is damaged: " + std::move(line));
  }
}

Result<void> check_references(Connection& connection, std::vector<std::string>& findings) {
  Statement statement("PRAGMA foreign_key_check");
  Query query(connection, statement);
  while (findings.size() < kMostFindings) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) break;
    findings.push_back("points to a row that is not there: " + query.text(0) + " " + query.text(1));
  }
  return {};
}

}  // namespace

Result<std::vector<BlobRow>> blobs_after(Connection& connection, BlobId after, std::size_t limit) {
  Statement statement(
      "SELECT b.id, b.key, b.store, b.size, b.sha256, b.user_id, b.text_state, "
      "(SELECT count(*) FROM attachments AS a WHERE a.blob_id = b.id) "
      "FROM blobs AS b WHERE b.id > ? ORDER BY b.id LIMIT ?");
  Query query(connection, statement, after, static_cast<std::int64_t>(limit));
  std::vector<BlobRow> rows;
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return rows;
    Blob blob{.id = BlobId{query.integer(0)},
              .key = query.text(1),
              .store = query.text(2),
              .size = static_cast<std::uint64_t>(query.integer(3)),
              .sha256 = query.digest(4),
              .text_state = text_state_of(query.integer(6)).value_or(TextState::None)};
    rows.push_back({std::move(blob), UserId{query.integer(5)}, query.integer(7)});
  }
}

Result<std::vector<std::string>> known_keys(Connection& connection, const std::string& store,
                                            const std::vector<std::string>& keys) {
  Statement statement(
      "SELECT 1 FROM blobs WHERE key = ?1 AND store = ?2 "
      "UNION ALL SELECT 1 FROM derivatives WHERE key = ?1 AND store = ?2");
  std::vector<std::string> known;
  for (const std::string& key : keys) {
    Query query(connection, statement, key, store);
    HOLDALL_TRY(const bool found, query.next());
    if (found) known.push_back(key);
  }
  return known;
}

Result<std::vector<UsageDifference>> usage_differences(Connection& connection) {
  Statement statement(
      "SELECT u.id, u.bytes, u.files, coalesce(s.bytes, 0), coalesce(s.files, 0) FROM users AS u LEFT JOIN "
      "(SELECT a.user_id AS id, sum(b.size) AS bytes, count(*) AS files "
      "FROM attachments AS a JOIN blobs AS b ON b.id = a.blob_id GROUP BY a.user_id) AS s ON s.id = u.id "
      "WHERE u.bytes <> coalesce(s.bytes, 0) OR u.files <> coalesce(s.files, 0) ORDER BY u.id");
  Query query(connection, statement);
  std::vector<UsageDifference> differences;
  while (true) {
    HOLDALL_TRY(const bool found, query.next());
    if (!found) return differences;
    const auto count = [&query](int column) { return static_cast<std::uint64_t>(query.integer(column)); };
    differences.push_back({UserId{query.integer(0)}, {count(1), count(2)}, {count(3), count(4)}});
  }
}

Result<void> repair_usage(Database& db, const std::vector<UsageDifference>& differences) {
  for (const UsageDifference& difference : differences)
    HOLDALL_TRY_VOID(db.users.recount(difference.user_id));
  return {};
}

Result<std::vector<std::string>> integrity_findings(Connection& connection) {
  std::vector<std::string> findings;
  HOLDALL_TRY_VOID(check_pages(connection, findings));
  if (!findings.empty()) return findings;  // what damaged pages say of rows is not worth reading
  HOLDALL_TRY_VOID(check_references(connection, findings));
  for (const Rule& rule : kRules)
    HOLDALL_TRY_VOID(apply_rule(connection, rule, findings));
  return findings;
}

}  // namespace holdall::catalog::sqlite
