#pragma once
// Media types (RFC 9110 section 8.3), patterns over them, and the choice of one by Accept (section 12.5.1).
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/field_lexer.h"

namespace holdall::http {

struct MediaType {
  std::string type;     ///< lower case
  std::string subtype;  ///< lower case
  std::vector<FieldParameter> parameters;

  std::string essence() const { return type + "/" + subtype; }
};

/// Nothing for anything malformed, wildcards and repeated parameters included.
std::optional<MediaType> parse_media_type(std::string_view text);

/// `text/plain; charset=utf-8`: names in lower case, values quoted only where they must be.
std::string to_string(const MediaType& type);

/// `*/*`, `image/*` or `image/png`, in any case. A pattern with parameters or a wildcard elsewhere is none.
bool is_media_type_pattern(std::string_view pattern);

/// Whether the essence of `type` fits the pattern; a pattern that is none fits nothing.
bool matches_media_type(const MediaType& type, std::string_view pattern);

/// The place among `offers` (essences, lower case, best first) of the one the field value likes most; among equals the
/// first offer. An absent, empty or malformed Accept, or one of more than 64 ranges, likes the first offer. Nothing
/// when every offer is refused.
std::optional<std::size_t> choose_media_type(std::optional<std::string_view> accept,
                                             std::span<const std::string_view> offers);

}  // namespace holdall::http
