#include "catalog/sqlite/attachment_row.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace holdall::catalog::sqlite {
namespace {

Failure damaged(const Query& query, const char* column) {
  return fail(ErrorKind::Corrupt, {}, "The catalog is damaged; the operator has to look at it.",
              "attachment " + std::to_string(query.integer(0)) + ": bad " + column);
}

}  // namespace

std::optional<std::string> encode_tags(const std::vector<std::string>& tags) {
  if (tags.empty()) return std::nullopt;
  return boost::json::serialize(boost::json::array(tags.begin(), tags.end()));
}

Result<std::vector<std::string>> decode_tags(std::string_view text) {
  std::vector<std::string> tags;
  if (text.empty()) return tags;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_array()) return fail(internal_error("tags are no JSON array"));
  for (const boost::json::value& tag : value.get_array()) {
    if (!tag.is_string()) return fail(internal_error("a tag is no text"));
    tags.emplace_back(tag.get_string());
  }
  return tags;
}

std::optional<TextState> text_state_of(std::int64_t number) {
  if (number < 0 || number > static_cast<std::int64_t>(TextState::Failed)) return std::nullopt;
  return static_cast<TextState>(number);
}

Result<Attachment> read_attachment(const Query& query) {
  Attachment row;
  row.id.value = query.integer(0);
  row.user_id.value = query.integer(1);
  row.blob.id.value = query.integer(2);
  row.blob.key = query.text(3);
  row.blob.store = query.text(4);
  row.blob.size = static_cast<std::uint64_t>(query.integer(5));
  row.blob.sha256 = query.digest(6);
  row.collection = query.text(7);
  row.filename = query.text(8);
  row.mime_type = query.text(9);
  row.task_id = query.optional_integer(10);
  if (!query.is_null(11)) row.record = RecordLink{query.text(11), query.text(12), query.text(13), query.integer(14)};
  if (!query.is_null(15)) row.metadata = query.text(15);
  auto tags = decode_tags(query.text_view(16));
  if (!tags) return damaged(query, "tags");
  row.tags = *std::move(tags);
  const std::int64_t state = query.integer(17);
  if (state < 0 || state > static_cast<std::int64_t>(State::Rejected)) return damaged(query, "state");
  row.state = static_cast<State>(state);
  row.width = query.optional_integer(18);
  row.height = query.optional_integer(19);
  row.pages = query.optional_integer(20);
  row.created_at = from_micros(query.integer(21));
  row.updated_at = from_micros(query.integer(22));
  if (!query.is_null(23)) row.expires_at = from_micros(query.integer(23));
  row.version = query.integer(24);
  const auto text_state = text_state_of(query.integer(25));
  if (!text_state) return damaged(query, "text_state");
  row.blob.text_state = *text_state;
  return row;
}

}  // namespace holdall::catalog::sqlite
