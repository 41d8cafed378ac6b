#include "http/media_type.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

constexpr std::size_t kMaxRanges = 64;  // each offer is held against each range; browsers send about ten

struct MediaRange {
  MediaType pattern;   ///< type and subtype may be "*"
  int quality = 1000;  ///< thousandths
};

bool is_wildcard(std::string_view word) { return word == "*"; }

/// type "/" subtype parameters, with the wildcards left to the caller.
std::optional<MediaType> take_media_range(FieldLexer& lexer) {
  MediaType type;
  type.type = ascii_lower(lexer.take_token());
  if (type.type.empty() || !lexer.take('/')) return std::nullopt;
  type.subtype = ascii_lower(lexer.take_token());
  if (type.subtype.empty()) return std::nullopt;
  auto parameters = lexer.take_parameters(Backslash::QuotesAnything);
  if (!parameters) return std::nullopt;
  type.parameters = *std::move(parameters);
  return type;
}

/// `( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` in thousandths.
std::optional<int> parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int quality = (text[0] - '0') * 1000;
  int weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return std::nullopt;
    quality += (c - '0') * weight;
    weight /= 10;
  }
  return quality <= 1000 ? std::optional(quality) : std::nullopt;
}

std::optional<std::vector<MediaRange>> parse_accept(std::string_view text) {
  std::vector<MediaRange> ranges;
  FieldLexer lexer(text);
  while (true) {
    lexer.skip_ows();
    if (lexer.at_end()) return ranges;
    if (lexer.take(',')) continue;
    auto pattern = take_media_range(lexer);
    if (!pattern || (!lexer.at_end() && !lexer.sees(','))) return std::nullopt;
    if (is_wildcard(pattern->type) && !is_wildcard(pattern->subtype)) return std::nullopt;
    MediaRange range{.pattern = *std::move(pattern)};
    const auto q = std::ranges::find(range.pattern.parameters, "q", &FieldParameter::name);
    if (q != range.pattern.parameters.end()) {
      const auto quality = parse_quality(q->value);
      if (!quality) return std::nullopt;
      range.quality = *quality;
      range.pattern.parameters.erase(q, range.pattern.parameters.end());  // what follows q is an extension of Accept
    }
    if (ranges.size() == kMaxRanges) return std::nullopt;
    ranges.push_back(std::move(range));
  }
}

/// How closely the range names the offer: 0 not at all, then `*/*`, `type/*`, `type/subtype`. Offers have no
/// parameters, so a range with some speaks of something else.
int precision(const MediaType& range, std::string_view type, std::string_view subtype) {
  if (!range.parameters.empty()) return 0;
  if (is_wildcard(range.type)) return 1;
  if (range.type != type) return 0;
  if (is_wildcard(range.subtype)) return 2;
  return range.subtype == subtype ? 3 : 0;
}

int quality_of(std::string_view offer, std::span<const MediaRange> ranges) {
  const auto slash = std::min(offer.find('/'), offer.size());
  const auto type = offer.substr(0, slash);
  const auto subtype = slash < offer.size() ? offer.substr(slash + 1) : std::string_view();
  int best_precision = 0;
  int quality = 0;
  for (const auto& range : ranges) {
    const int found = precision(range.pattern, type, subtype);
    if (found > best_precision) {
      best_precision = found;
      quality = range.quality;
    }
  }
  return quality;
}

}  // namespace

std::optional<MediaType> parse_media_type(std::string_view text) {
  FieldLexer lexer(trim(text));
  auto type = take_media_range(lexer);
  if (!type || !lexer.at_end() || type->type.contains('*') || type->subtype.contains('*')) return std::nullopt;
  return type;
}

std::string to_string(const MediaType& type) {
  std::string text = type.essence();
  for (const auto& [name, value] : type.parameters) {
    text += "; " + name + "=";
    if (is_token(value)) {
      text += value;
      continue;
    }
    text += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

bool is_media_type_pattern(std::string_view pattern) {
  if (pattern == "*/*") return true;
  const auto slash = pattern.find('/');
  if (slash == std::string_view::npos) return false;
  const auto type = pattern.substr(0, slash);
  const auto subtype = pattern.substr(slash + 1);
  return is_token(type) && !type.contains('*') && is_token(subtype) && (is_wildcard(subtype) || !subtype.contains('*'));
}

bool matches_media_type(const MediaType& type, std::string_view pattern) {
  if (!is_media_type_pattern(pattern)) return false;
  const auto slash = pattern.find('/');
  const auto wanted_type = pattern.substr(0, slash);
  const auto wanted_subtype = pattern.substr(slash + 1);
  return (is_wildcard(wanted_type) || equals_ignoring_case(wanted_type, type.type)) &&
         (is_wildcard(wanted_subtype) || equals_ignoring_case(wanted_subtype, type.subtype));
}

std::optional<std::size_t> choose_media_type(std::optional<std::string_view> accept,
                                             std::span<const std::string_view> offers) {
  if (offers.empty()) return std::nullopt;
  const auto ranges = accept ? parse_accept(*accept) : std::nullopt;
  if (!ranges || ranges->empty()) return 0;
  std::optional<std::size_t> best;
  int best_quality = 0;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    const int quality = quality_of(offers[i], *ranges);
    if (quality > best_quality) {
      best_quality = quality;
      best = i;
    }
  }
  return best;
}

}  // namespace holdall::http
