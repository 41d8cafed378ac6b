#pragma once
// The words header fields are made of (RFC 9110 section 5.6): tokens, quoted strings, optional white space, parameters.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::http {

/// What a backslash means inside a quoted string.
enum class Backslash {
  QuotesAnything,  ///< RFC 9110 section 5.6.4
  QuotesQuotes,    ///< form-data: only \" and \\ are escapes; browsers send every other backslash as itself
};

struct FieldParameter {
  std::string name;  ///< lower case
  std::string value;
  friend bool operator==(const FieldParameter&, const FieldParameter&) = default;
};

bool is_token_char(char c);
bool is_token(std::string_view text);  ///< one or more token characters

/// Walks over a field value from left to right; what it takes it never looks at again, so reading is linear.
/// The text must outlive the lexer and the views it gives.
class FieldLexer {
 public:
  explicit FieldLexer(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool sees(char c) const { return rest_.starts_with(c); }

  void skip_ows();
  bool take(char c);
  std::string_view take_token();  ///< empty where none stands

  /// Nothing where no well-formed quoted string stands; then the position is lost.
  std::optional<std::string> take_quoted_string(Backslash backslash);

  /// `*( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )`, up to the first character that does not continue it.
  /// Nothing for a malformed or repeated parameter or for more than kMaxParameters of them.
  std::optional<std::vector<FieldParameter>> take_parameters(Backslash backslash);

  static constexpr std::size_t kMaxParameters = 32;  ///< duplicates are found by looking at each pair

 private:
  std::string_view rest_;
};

/// The value of the parameter `name` (lower case), or null.
const std::string* find_parameter(const std::vector<FieldParameter>& parameters, std::string_view name);

}  // namespace holdall::http
