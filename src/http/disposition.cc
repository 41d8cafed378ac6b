#include "http/disposition.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

constexpr std::string_view kUtf8Prefix = "UTF-8''";

bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// C1 controls, U+0080 to U+009F, are C2 80 to C2 9F.
bool is_c1_control(std::string_view rest) {
  return rest.size() >= 2 && rest[0] == '\xC2' && static_cast<unsigned char>(rest[1]) < 0xA0;
}

std::string without_controls(std::string_view utf8) {
  std::string clean;
  clean.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const bool c1 = is_c1_control(utf8.substr(i));
    clean.push_back(c1 || is_ascii_control(utf8[i]) ? '_' : utf8[i]);
    if (c1) ++i;
  }
  return clean;
}

/// One '_' for each character that could mean something to somebody. '%' is among them because some browsers decode
/// percent escapes in the plain form.
std::string plain_name(std::string_view name) {
  constexpr std::string_view kMeaningful = "\"\\/%";
  std::string plain;
  plain.reserve(name.size());
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xC0) continue;  // the rest of a character that has its '_' already
    const bool harmless = byte < 0x80 && !is_ascii_control(c) && !kMeaningful.contains(c);
    plain.push_back(harmless ? c : '_');
  }
  return plain;
}

}  // namespace

std::string content_disposition(DispositionType type, std::string_view filename) {
  std::string value = type == DispositionType::Inline ? "inline" : "attachment";
  if (filename.empty()) return value;
  if (!is_utf8(filename)) return value + "; filename=\"" + plain_name(filename) + '"';
  const std::string name = without_controls(filename);
  const std::string plain = plain_name(name);
  value += "; filename=\"" + plain + '"';
  if (plain != name) value.append("; filename*=").append(kUtf8Prefix).append(percent_encode(name));
  return value;
}

std::optional<std::string> Disposition::filename() const {
  if (const auto* extended = find_parameter(parameters, "filename*")) {
    const auto charset_end = extended->find('\'');
    const auto language_end = charset_end == std::string::npos ? charset_end : extended->find('\'', charset_end + 1);
    if (language_end != std::string::npos && equals_ignoring_case(extended->substr(0, charset_end), "utf-8")) {
      auto decoded = percent_decode(std::string_view(*extended).substr(language_end + 1));
      if (decoded && is_utf8(*decoded)) return decoded;
    }
  }
  const auto* plain = find_parameter(parameters, "filename");
  return plain == nullptr ? std::nullopt : std::optional(*plain);
}

std::optional<Disposition> parse_disposition(std::string_view text, Backslash backslash) {
  FieldLexer lexer(trim(text));
  Disposition disposition{.type = ascii_lower(lexer.take_token()), .parameters = {}};
  if (disposition.type.empty()) return std::nullopt;
  auto parameters = lexer.take_parameters(backslash);
  if (!parameters || !lexer.at_end()) return std::nullopt;
  disposition.parameters = *std::move(parameters);
  return disposition;
}

bool has_control_character(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if (is_ascii_control(utf8[i]) || is_c1_control(utf8.substr(i))) return true;
  }
  return false;
}

}  // namespace holdall::http
