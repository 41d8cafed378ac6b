#pragma once
// Content-Disposition: written for downloads (RFC 6266, RFC 8187), read in parts of a form (RFC 7578).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/field_lexer.h"

namespace holdall::http {

enum class DispositionType { Attachment, Inline };

/// The field value for a file called `filename`: `attachment; filename="a.txt"`, and where the name is more than plain
/// ASCII also `filename*=UTF-8''...`. Every string is safe: control characters become '_' in both forms, and so do
/// quotes, backslashes, slashes, percent signs and whatever is not ASCII in the plain one; a name that is not UTF-8
/// gets the plain form only. The result is printable ASCII. An empty name gives the bare type.
std::string content_disposition(DispositionType type, std::string_view filename);

struct Disposition {
  std::string type;  ///< lower case
  std::vector<FieldParameter> parameters;

  /// The name a download should get: `filename*` where it is well-formed UTF-8, else `filename`, as it was sent.
  std::optional<std::string> filename() const;
};

/// Nothing for anything malformed and for repeated parameters.
std::optional<Disposition> parse_disposition(std::string_view text, Backslash backslash);

/// True when well-formed UTF-8 text holds a C0 or C1 control character or DEL; no name may.
bool has_control_character(std::string_view utf8);

}  // namespace holdall::http
