#include "http/query.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "http/disposition.h"

namespace holdall::http {

namespace {

Failure bad_path(std::string message) { return fail(ErrorKind::InvalidArgument, "bad-path", std::move(message)); }

bool has_encoded_slash(std::string_view path) { return path.contains("%2F") || path.contains("%2f"); }

bool is_dot_segment(std::string_view segment) { return segment == "." || segment == ".."; }

std::optional<std::string> decode_form_text(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  auto decoded = percent_decode(spaced);
  if (!decoded || decoded->contains('\0') || !is_utf8(*decoded)) return std::nullopt;
  return decoded;
}

}  // namespace

TargetParts split_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {.path = target, .query = {}};
  return {.path = target.substr(0, mark), .query = target.substr(mark + 1)};
}

Result<std::string> decode_path(std::string_view path) {
  if (!path.starts_with('/')) return bad_path("The path of the request must begin with a slash.");
  if (has_encoded_slash(path)) return bad_path("The path of the request must not hold an encoded slash (%2F).");
  auto decoded = percent_decode(path);
  if (!decoded) return bad_path("The path of the request has a percent sign that is not followed by two hex digits.");
  if (!is_utf8(*decoded)) return bad_path("The path of the request is not valid UTF-8.");
  if (has_control_character(*decoded)) return bad_path("The path of the request holds a control character.");
  if (std::ranges::any_of(split_path(*decoded), is_dot_segment)) {
    return bad_path("The path of the request must not hold \".\" or \"..\" as a segment.");
  }
  return *std::move(decoded);
}

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    const auto end = path.find('/', 1);
    segments.push_back(path.substr(1, end == std::string_view::npos ? end : end - 1));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return segments;
}

Result<std::vector<QueryParameter>> parse_query(std::string_view query) {
  std::vector<QueryParameter> parameters;
  while (!query.empty()) {
    const auto piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
    if (piece.empty()) continue;
    if (parameters.size() == kMaxQueryParameters) {
      return fail(ErrorKind::InvalidArgument, "too-many-query-parameters",
                  "The query has more than " + std::to_string(kMaxQueryParameters) + " parameters.");
    }
    const auto equals = std::min(piece.find('='), piece.size());
    auto name = decode_form_text(piece.substr(0, equals));
    auto value = decode_form_text(piece.substr(std::min(equals + 1, piece.size())));
    if (!name || !value) {
      return fail(ErrorKind::InvalidArgument, "bad-query",
                  "A parameter of the query is not percent-encoded UTF-8 without NUL.");
    }
    parameters.push_back({.name = *std::move(name), .value = *std::move(value)});
  }
  return parameters;
}

}  // namespace holdall::http
