#include "http/conditional.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

constexpr std::size_t kMaxTags = 256;  // far past any client; the head of a request is bounded too

bool is_etag_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

/// `[ "W/" ] DQUOTE *etagc DQUOTE` at the beginning of `rest`, which moves past it.
std::optional<EntityTag> take_etag(std::string_view& rest) {
  EntityTag tag;
  auto text = rest;
  if (text.starts_with("W/")) {
    tag.weak = true;
    text.remove_prefix(2);
  }
  if (!text.starts_with('"')) return std::nullopt;
  const auto end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  tag.opaque = text.substr(1, end - 1);
  if (!std::ranges::all_of(tag.opaque, is_etag_char)) return std::nullopt;
  rest = text.substr(end + 1);
  return tag;
}

std::chrono::sys_seconds to_seconds(Timestamp time) { return std::chrono::floor<std::chrono::seconds>(time); }

bool names_current(const EntityTagList& list, const CurrentState& current,
                   bool (*matches)(const EntityTag&, const EntityTag&)) {
  if (!current.exists) return false;
  if (list.any) return true;
  return current.etag &&
         std::ranges::any_of(list.tags, [&](const EntityTag& tag) { return matches(tag, *current.etag); });
}

bool if_match_holds(std::string_view field, const CurrentState& current) {
  const auto list = parse_etag_list(field);
  return list && names_current(*list, current, matches_strongly);
}

bool if_none_match_holds(std::string_view field, const CurrentState& current, Purpose purpose) {
  const auto list = parse_etag_list(field);
  if (!list) return purpose == Purpose::Read;
  return !names_current(*list, current, matches_weakly);
}

bool if_unmodified_since_holds(std::string_view field, const CurrentState& current) {
  const auto date = parse_http_date(trim(field));
  return !date || !current.last_modified || to_seconds(*current.last_modified) <= to_seconds(*date);
}

bool if_modified_since_holds(std::string_view field, const CurrentState& current) {
  const auto date = parse_http_date(trim(field));
  return !date || !current.last_modified || to_seconds(*current.last_modified) > to_seconds(*date);
}

bool if_range_holds(std::string_view field, const CurrentState& current) {
  const auto text = trim(field);
  if (const auto tag = parse_etag(text)) return current.etag && matches_strongly(*tag, *current.etag);
  const auto date = parse_http_date(text);
  return date && current.last_modified && current.last_modified_is_strong &&
         to_seconds(*current.last_modified) == to_seconds(*date);
}

Precondition judge(Purpose purpose, const ConditionalFields& fields, const CurrentState& current) {
  if (fields.if_match) {
    if (!if_match_holds(*fields.if_match, current)) return Precondition::PreconditionFailed;
  } else if (fields.if_unmodified_since && !if_unmodified_since_holds(*fields.if_unmodified_since, current)) {
    return Precondition::PreconditionFailed;
  }
  if (fields.if_none_match) {
    if (if_none_match_holds(*fields.if_none_match, current, purpose)) return Precondition::Proceed;
    return purpose == Purpose::Read ? Precondition::NotModified : Precondition::PreconditionFailed;
  }
  if (purpose == Purpose::Read && fields.if_modified_since &&
      !if_modified_since_holds(*fields.if_modified_since, current)) {
    return Precondition::NotModified;
  }
  return Precondition::Proceed;
}

}  // namespace

std::string to_string(const EntityTag& tag) { return (tag.weak ? "W/\"" : "\"") + tag.opaque + '"'; }

std::optional<EntityTag> parse_etag(std::string_view text) {
  auto tag = take_etag(text);
  return text.empty() ? tag : std::nullopt;
}

std::optional<EntityTagList> parse_etag_list(std::string_view text) {
  EntityTagList list;
  auto rest = trim(text);
  if (rest == "*") {
    list.any = true;
    return list;
  }
  while (!rest.empty()) {
    if (!rest.starts_with(',')) {
      auto tag = take_etag(rest);
      if (!tag || list.tags.size() == kMaxTags) return std::nullopt;
      list.tags.push_back(*std::move(tag));
      rest = trim(rest);
      if (!rest.empty() && !rest.starts_with(',')) return std::nullopt;
    } else {
      rest = trim(rest.substr(1));
    }
  }
  return list;
}

bool matches_strongly(const EntityTag& a, const EntityTag& b) { return !a.weak && !b.weak && a.opaque == b.opaque; }

bool matches_weakly(const EntityTag& a, const EntityTag& b) { return a.opaque == b.opaque; }

ConditionalOutcome judge_preconditions(Purpose purpose, const ConditionalFields& fields, const CurrentState& current) {
  return {.precondition = judge(purpose, fields, current),
          .range_applies = !fields.if_range || if_range_holds(*fields.if_range, current)};
}

}  // namespace holdall::http
