#include "http/field_lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c)
    table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c)
    table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c)
    table[c] = true;
  for (const unsigned char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
    table[c] = true;
  }
  return table;
}

constexpr std::array<bool, 256> kTokenTable = make_token_table();

bool is_quotable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

bool is_escape(std::string_view rest, Backslash backslash) {
  if (rest.size() < 2 || rest[0] != '\\') return false;
  return backslash == Backslash::QuotesAnything || rest[1] == '"' || rest[1] == '\\';
}

}  // namespace

bool is_token_char(char c) { return kTokenTable[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

void FieldLexer::skip_ows() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

bool FieldLexer::take(char c) {
  if (!sees(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string_view FieldLexer::take_token() {
  const auto end = std::ranges::find_if_not(rest_, is_token_char);
  const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(token.size());
  return token;
}

std::optional<std::string> FieldLexer::take_quoted_string(Backslash backslash) {
  if (!take('"')) return std::nullopt;
  std::string value;
  while (!rest_.empty()) {
    if (take('"')) return value;
    if (is_escape(rest_, backslash)) {
      rest_.remove_prefix(1);
    } else if (rest_.front() == '\\' && backslash == Backslash::QuotesAnything) {
      return std::nullopt;  // a lone backslash at the end
    }
    if (!is_quotable(rest_.front())) return std::nullopt;
    value.push_back(rest_.front());
    rest_.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::vector<FieldParameter>> FieldLexer::take_parameters(Backslash backslash) {
  std::vector<FieldParameter> parameters;
  while (true) {
    skip_ows();
    if (!take(';')) return parameters;
    skip_ows();
    if (at_end() || sees(';') || sees(',')) continue;  // an empty parameter is allowed
    std::string name = ascii_lower(take_token());
    if (name.empty() || !take('=') || find_parameter(parameters, name) != nullptr) return std::nullopt;
    if (parameters.size() == kMaxParameters) return std::nullopt;
    if (sees('"')) {
      auto value = take_quoted_string(backslash);
      if (!value) return std::nullopt;
      parameters.push_back({std::move(name), *std::move(value)});
    } else {
      const auto value = take_token();
      if (value.empty()) return std::nullopt;
      parameters.push_back({std::move(name), std::string(value)});
    }
  }
}

const std::string* find_parameter(const std::vector<FieldParameter>& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &FieldParameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

}  // namespace holdall::http
