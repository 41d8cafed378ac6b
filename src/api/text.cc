#include "api/text.h"

#include <charconv>
#include <utility>

#include <boost/json.hpp>

#include "api/attachment_json.h"
#include "api/json_body.h"
#include "api/readable.h"
#include "api/text_stream.h"
#include "attachment/background.h"
#include "attachment/search.h"
#include "base/encoding.h"
#include "media/engine.h"

namespace holdall::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kCursorMark = "found:";

Failure no_text(const catalog::Attachment& row) {
  return fail(ErrorKind::InvalidArgument, "no-text", "No text is read from a file of type " + row.mime_type + " here.");
}

http::Response still_reading() {
  http::Response response = json_response(202, json::object{{"text_state", "pending"}});
  response.fields.set("Retry-After", "2");
  response.fields.set("Cache-Control", "no-store");
  return response;
}

// "found:40" in base64url.
std::string encode_offset(std::size_t offset) {
  return to_base64url(as_bytes(std::string(kCursorMark) + std::to_string(offset)));
}

std::optional<std::size_t> decode_offset(std::string_view cursor) {
  const auto text = parse_base64url(cursor);
  if (!text || !text->starts_with(kCursorMark)) return std::nullopt;
  const std::string_view digits = std::string_view(*text).substr(kCursorMark.size());
  std::size_t offset = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (error != std::errc() || end != digits.data() + digits.size() || offset > kLastSearchOffset) return std::nullopt;
  return offset;
}

json::array fragments_json(const std::vector<attachment::Fragment>& fragments) {
  json::array array;
  for (const attachment::Fragment& fragment : fragments)
    array.push_back(json::object{{"text", fragment.text}, {"match", fragment.is_match}});
  return array;
}

json::object page_json(const catalog::PageMatch& match) {
  json::array boxes;
  for (const catalog::Word& word : attachment::words_in(match.page.words, match.marks))
    boxes.push_back(box_json(word));
  return {{"page", match.page.page},
          {"source", name_of(match.page.source)},
          {"snippet", fragments_json(attachment::snippet(match.page.text, match.marks))},
          {"boxes", std::move(boxes)}};
}

json::object hit_json(const catalog::SearchHit& hit, std::string_view owner) {
  json::array matched, pages;
  if (!hit.filename_marks.empty()) matched.emplace_back("filename");
  if (hit.is_in_tags) matched.emplace_back("tags");
  if (hit.is_in_metadata) matched.emplace_back("metadata");
  if (!hit.pages.empty()) matched.emplace_back("text");
  for (const catalog::PageMatch& match : hit.pages)
    pages.push_back(page_json(match));
  return {{"attachment", attachment_json(hit.attachment, owner)},
          {"score", hit.score},
          {"matched", std::move(matched)},
          {"filename", fragments_json(attachment::mark(hit.attachment.filename, hit.filename_marks))},
          {"pages", std::move(pages)}};
}

Result<catalog::SearchQuery> query_of(const http::Request& request, UserId user) {
  catalog::SearchQuery query{.user_id = user, .terms = {}};
  HOLDALL_TRY(query.terms, attachment::parse_query(request.query_value("q").value_or("")));
  if (const auto limit = request.query_number("limit")) query.limit = static_cast<std::size_t>(*limit);
  if (const auto cursor = request.query_value("cursor")) {
    const auto offset = decode_offset(*cursor);
    if (!offset)
      return fail(ErrorKind::InvalidArgument, "cursor-invalid",
                  "This cursor is not one of ours; start again without it.");
    query.offset = *offset;
  }
  return query;
}

}  // namespace

io::Task<Result<http::Response>> get_text(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::Attachment row, co_await find_readable(services, call));
  catalog::Texts& texts = services.backends.catalog.texts();
  HOLDALL_CO_TRY(const std::optional<catalog::TextOutcome> outcome,
                 co_await texts.find_text(row.blob.id, call.context()));
  if (row.blob.text_state == catalog::TextState::None) co_return no_text(row);
  if (!outcome) co_return still_reading();
  if (outcome->state == catalog::TextState::Failed) co_return fail(media::file_error(outcome->failure));
  const bool is_plain = call.request.query_value("format") == "txt";
  http::Response response = http::Response::empty(200);
  response.fields.add("Content-Type", is_plain ? "text/plain; charset=utf-8" : "application/json");
  response.fields.add("Cache-Control", "private, no-cache");
  if (is_plain) response.fields.add("Content-Disposition", "inline");
  response.body = http::StreamBody{stream_text(texts, row, *outcome, is_plain, call.context()), std::nullopt};
  co_return response;
}

io::Task<Result<http::Response>> read_text_again(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::Attachment row, co_await find_readable(services, call));
  if (!attachment::is_read(services.backends, row.mime_type)) co_return no_text(row);
  HOLDALL_CO_TRY_VOID(co_await services.backends.catalog.texts().read_again(call.caller.user, row.id, call.context()));
  services.backends.wake_jobs(catalog::kReadText);
  co_return still_reading();
}

io::Task<Result<http::Response>> search(const Services& services, Call& call) {
  HOLDALL_CO_TRY(const catalog::SearchQuery query, query_of(call.request, call.caller.user));
  HOLDALL_CO_TRY(const catalog::SearchPage page,
                 co_await services.backends.catalog.texts().search(query, call.context()));
  json::array items;
  for (const catalog::SearchHit& hit : page.hits)
    items.push_back(hit_json(hit, call.caller.subject));
  const std::size_t next = query.offset + page.hits.size();
  json::object object;
  object["items"] = std::move(items);
  object["next"] = page.has_more && next <= kLastSearchOffset ? json::value(encode_offset(next)) : json::value(nullptr);
  co_return json_response(200, object);
}

}  // namespace holdall::api
