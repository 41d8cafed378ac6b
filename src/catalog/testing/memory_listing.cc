#include "catalog/testing/memory_listing.h"

#include <algorithm>
#include <compare>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "catalog/detail/number_text.h"

namespace holdall::catalog::testing {
namespace {

bool equals_number(const boost::json::value& value, const std::string& wanted) {
  const auto number = detail::json_number(wanted);
  if (!number) return false;
  if (const auto* whole = std::get_if<std::int64_t>(&*number); whole != nullptr && value.is_int64()) {
    return *whole == value.get_int64();
  }
  const double right = std::visit([](auto n) { return static_cast<double>(n); }, *number);
  return value.to_number<double>() == right;
}

bool has_metadata(const Attachment& row, const std::string& key, const std::string& wanted) {
  boost::system::error_code error;
  const boost::json::value metadata = boost::json::parse(row.metadata, error);
  if (error || !metadata.is_object()) return false;
  const boost::json::value* member = metadata.get_object().if_contains(key);
  if (member == nullptr) return false;
  if (member->is_string()) return member->get_string() == wanted;
  if (member->is_bool()) return wanted == (member->get_bool() ? "true" : "false");
  return member->is_number() && equals_number(*member, wanted);
}

bool has_mime_type(const Attachment& row, const std::string& wanted) {
  if (!wanted.ends_with("/*")) return row.mime_type == wanted;
  return row.mime_type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
}

std::strong_ordering compare(const Sort& sort, const Attachment& row, const PagePosition& position) {
  const auto by_field = [&]() -> std::strong_ordering {
    switch (sort.field) {
      case SortField::CreatedAt: return to_micros(row.created_at) <=> position.number;
      case SortField::Filename: return row.filename <=> position.text;
      case SortField::FileSize: return static_cast<std::int64_t>(row.blob.size) <=> position.number;
    }
    std::unreachable();
  }();
  const auto ascending = by_field != 0 ? by_field : row.id <=> position.id;
  return sort.descending ? 0 <=> ascending : ascending;
}

}  // namespace

bool matches(const ListQuery& query, const Attachment& row) {
  if (row.user_id != query.user_id) return false;
  if (query.task_id && row.task_id != query.task_id) return false;
  if (query.record_type && (!row.record || row.record->type != *query.record_type)) return false;
  if (query.record_id && (!row.record || row.record->id != *query.record_id)) return false;
  if (query.collection && row.collection != *query.collection) return false;
  if (query.tag && !std::ranges::binary_search(row.tags, *query.tag)) return false;
  if (query.mime_type && !has_mime_type(row, *query.mime_type)) return false;
  if (query.state && row.state != *query.state) return false;
  if (query.created_after && row.created_at <= *query.created_after) return false;
  if (query.created_before && row.created_at >= *query.created_before) return false;
  return std::ranges::all_of(query.metadata, [&](const auto& m) { return has_metadata(row, m.first, m.second); });
}

bool comes_before(const Sort& sort, const Attachment& a, const Attachment& b) {
  return compare(sort, a, position_of(sort, b)) < 0;
}

bool is_after(const Sort& sort, const PagePosition& position, const Attachment& row) {
  return compare(sort, row, position) > 0;
}

PagePosition position_of(const Sort& sort, const Attachment& row) {
  switch (sort.field) {
    case SortField::CreatedAt: return {.number = to_micros(row.created_at), .text = {}, .id = row.id};
    case SortField::Filename: return {.number = 0, .text = row.filename, .id = row.id};
    case SortField::FileSize: return {.number = static_cast<std::int64_t>(row.blob.size), .text = {}, .id = row.id};
  }
  std::unreachable();
}

}  // namespace holdall::catalog::testing
