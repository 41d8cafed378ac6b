#include "catalog/sqlite/list_query.h"

#include <string_view>
#include <utility>

#include "catalog/detail/number_text.h"
#include "catalog/sqlite/attachment_row.h"

namespace holdall::catalog::sqlite {
namespace {

// The shapes of queries are many in theory and few in practice; a client that plays with them gets no more memory.
constexpr std::size_t kMostPreparedShapes = 64;

/// A statement in the making: fragments are literals of this file, values are bound.
class Builder {
 public:
  explicit Builder(const char* select) { made_.sql = select; }

  template <class... Values>
  Builder& add(const char* fragment, Values&&... values) {
    made_.sql += fragment;
    (made_.values.emplace_back(std::forward<Values>(values)), ...);
    return *this;
  }

  ListStatement take() && { return std::move(made_); }

 private:
  ListStatement made_;
};

// INDEXED BY makes the choice ours: the planner has no statistics, and a listing must not become a scan when it has.
// The tag table is the outer loop (CROSS JOIN keeps the order) and gives the order of creation by itself.
void add_source(Builder& builder, const ListQuery& query, bool is_counted) {
  if (query.tag) {
    builder.add(" FROM attachment_tags AS t CROSS JOIN attachments AS a ON a.id = t.attachment_id");
  } else if (query.task_id) {
    builder.add(" FROM attachments AS a INDEXED BY attachments_by_task");
  } else if (query.record_type && query.record_id) {
    builder.add(" FROM attachments AS a INDEXED BY attachments_by_record");
  } else if (query.collection && *query.collection != "default") {
    builder.add(" FROM attachments AS a INDEXED BY attachments_by_collection");
  } else {
    builder.add(" FROM attachments AS a INDEXED BY attachments_by_created");
  }
  if (!is_counted) builder.add(" CROSS JOIN blobs AS b ON b.id = a.blob_id");
}

void add_links(Builder& builder, const ListQuery& query) {
  if (query.tag) builder.add(" AND t.user_id = ? AND t.tag = ?", query.user_id.value, *query.tag);
  if (query.task_id) builder.add(" AND a.task_id = ?", *query.task_id);
  if (query.record_type) builder.add(" AND a.record_type = ?", *query.record_type);
  if (query.record_id) builder.add(" AND a.record_id = ?", *query.record_id);
  if (query.collection) {
    builder.add(" AND a.collection = ?", *query.collection);
    if (*query.collection != "default") builder.add(" AND a.collection <> 'default'");
  }
}

// "image/*" is the range from "image/" up to "image0", the next text that does not begin so: nothing to escape.
void add_mime_type(Builder& builder, const std::string& wanted) {
  if (!wanted.ends_with("/*")) {
    builder.add(" AND a.mime_type = ?", wanted);
    return;
  }
  std::string first = wanted.substr(0, wanted.size() - 1);
  std::string end = first;
  ++end.back();
  builder.add(" AND a.mime_type >= ? AND a.mime_type < ?", std::move(first), std::move(end));
}

void add_metadata(Builder& builder, const std::string& key, const std::string& wanted) {
  ListStatement::Value number = nullptr;
  if (const auto parsed = detail::json_number(wanted)) std::visit([&](auto value) { number = value; }, *parsed);
  // A row whose metadata is no JSON matches nothing; without the CASE it would fail the whole listing.
  builder.add(
      " AND EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(a.metadata) THEN a.metadata END) AS m WHERE m.key = ? "
      "AND CASE m.type "
      "WHEN 'text' THEN m.value = ? WHEN 'integer' THEN m.value = ? WHEN 'real' THEN m.value = ? "
      "WHEN 'true' THEN ? = 'true' WHEN 'false' THEN ? = 'false' ELSE 0 END)",
      key, wanted, number, number, wanted, wanted);
}

void add_filters(Builder& builder, const ListQuery& query, Timestamp now) {
  builder.add(" WHERE a.user_id = ? AND (a.expires_at IS NULL OR a.expires_at > ?)", query.user_id.value,
              to_micros(now));
  add_links(builder, query);
  if (query.mime_type) add_mime_type(builder, *query.mime_type);
  if (query.state) builder.add(" AND a.state = ?", static_cast<std::int64_t>(*query.state));
  const bool by_tag = query.tag.has_value();
  if (query.created_after) {
    builder.add(by_tag ? " AND t.created_at > ?" : " AND a.created_at > ?", to_micros(*query.created_after));
  }
  if (query.created_before) {
    builder.add(by_tag ? " AND t.created_at < ?" : " AND a.created_at < ?", to_micros(*query.created_before));
  }
  for (const auto& [key, wanted] : query.metadata)
    add_metadata(builder, key, wanted);
}

/// What a sort field is called in a statement.
struct OrderTerms {
  const char* after;
  const char* order;
};

OrderTerms order_terms(const Sort& sort, bool by_tag) {
  switch (sort.field) {
    case SortField::CreatedAt:
      if (by_tag) {
        return sort.descending ? OrderTerms{" AND (t.created_at, t.attachment_id) < (?, ?)",
                                            " ORDER BY t.created_at DESC, t.attachment_id DESC"}
                               : OrderTerms{" AND (t.created_at, t.attachment_id) > (?, ?)",
                                            " ORDER BY t.created_at, t.attachment_id"};
      }
      return sort.descending
                 ? OrderTerms{" AND (a.created_at, a.id) < (?, ?)", " ORDER BY a.created_at DESC, a.id DESC"}
                 : OrderTerms{" AND (a.created_at, a.id) > (?, ?)", " ORDER BY a.created_at, a.id"};
    case SortField::Filename:
      return sort.descending ? OrderTerms{" AND (a.filename, a.id) < (?, ?)", " ORDER BY a.filename DESC, a.id DESC"}
                             : OrderTerms{" AND (a.filename, a.id) > (?, ?)", " ORDER BY a.filename, a.id"};
    case SortField::FileSize:
      return sort.descending ? OrderTerms{" AND (b.size, a.id) < (?, ?)", " ORDER BY b.size DESC, a.id DESC"}
                             : OrderTerms{" AND (b.size, a.id) > (?, ?)", " ORDER BY b.size, a.id"};
  }
  std::unreachable();
}

void add_order(Builder& builder, const ListQuery& query) {
  const OrderTerms terms = order_terms(query.sort, query.tag.has_value());
  if (query.after) {
    ListStatement::Value value = query.after->number;
    if (query.sort.field == SortField::Filename) value = query.after->text;
    builder.add(terms.after, std::move(value), query.after->id.value);
  }
  builder.add(terms.order).add(" LIMIT ?", static_cast<std::int64_t>(query.limit) + 1);
}

void bind(Query& query, const std::vector<ListStatement::Value>& values) {
  for (const auto& value : values) {
    std::visit([&query](const auto& v) { query.bind(v); }, value);
  }
}

}  // namespace

ListStatement page_statement(const ListQuery& query, Timestamp now) {
  Builder builder("SELECT ");
  builder.add(kAttachmentColumns);
  add_source(builder, query, false);
  add_filters(builder, query, now);
  add_order(builder, query);
  return std::move(builder).take();
}

ListStatement count_statement(const ListQuery& query, Timestamp now) {
  Builder builder("SELECT count(*)");
  add_source(builder, query, true);
  add_filters(builder, query, now);
  return std::move(builder).take();
}

Statement& Listing::prepared(const std::string& sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  if (statements_.size() >= kMostPreparedShapes) statements_.clear();
  return statements_.try_emplace(sql, sql).first->second;
}

Result<ListPage> Listing::page(const ListQuery& query, Timestamp now) {
  ListPage page;
  {
    const ListStatement statement = page_statement(query, now);
    Query rows(connection_, prepared(statement.sql));
    bind(rows, statement.values);
    while (true) {
      HOLDALL_TRY(const bool found, rows.next());
      if (!found) break;
      if (page.attachments.size() == query.limit) {
        page.has_more = true;
        break;
      }
      HOLDALL_TRY(Attachment row, read_attachment(rows));
      page.attachments.push_back(std::move(row));
    }
  }
  if (query.count) {
    const ListStatement statement = count_statement(query, now);
    Query counted(connection_, prepared(statement.sql));
    bind(counted, statement.values);
    HOLDALL_TRY(const bool found, counted.next());
    page.total = found ? static_cast<std::uint64_t>(counted.integer(0)) : 0;
  }
  return page;
}

}  // namespace holdall::catalog::sqlite
