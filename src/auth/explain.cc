#include "auth/explain.h"

#include <boost/json/serialize.hpp>

#include "auth/file_key_loader.h"
#include "auth/jwk.h"
#include "auth/token_verifier.h"

namespace holdall::auth {
namespace {

namespace json = boost::json;

void write(const json::value& value, const std::string& indent, std::string& out);

// One member or item per line; `write_item` writes what stands on it.
template <class Items, class WriteItem>
void write_block(const Items& items, std::string_view brackets, const std::string& indent, std::string& out,
                 WriteItem write_item) {
  out += brackets[0];
  bool is_first = true;
  for (const auto& item : items) {
    out += is_first ? "\n" : ",\n";
    is_first = false;
    out += indent + "  ";
    write_item(item);
  }
  if (!is_first) out += "\n" + indent;
  out += brackets[1];
}

// As deep as the parser lets documents be (strict_json.h).
void write(const json::value& value, const std::string& indent, std::string& out) {
  if (const auto* object = value.if_object()) {
    write_block(*object, "{}", indent, out, [&](const auto& member) {
      out += json::serialize(json::string(member.key())) + ": ";
      write(member.value(), indent + "  ", out);
    });
  } else if (const auto* array = value.if_array()) {
    write_block(*array, "[]", indent, out, [&](const auto& item) { write(item, indent + "  ", out); });
  } else {
    out += json::serialize(value);
  }
}

std::string_view trim_white_space(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(kWhiteSpace), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1);
}

}  // namespace

Result<std::string> explain_token(std::string_view token, std::span<const SharedKeys> keys, const ClaimRules& rules,
                                  Timestamp now) {
  const auto claims = check_token(trim_white_space(token), keys, rules, now);
  if (!claims) {
    Error error = to_error(claims.error());
    error.message = "The token is refused: " + claims.error().reason + ".";
    return fail(std::move(error));
  }
  std::string out;
  write(json::value(claims->all), "", out);
  return out + "\n";
}

Result<SharedKeys> read_jwks_file(const std::filesystem::path& path) {
  HOLDALL_TRY(const std::string text, read_key_file(path));
  HOLDALL_TRY(KeySet keys, parse_jwks(text, SecretKeys::Taken));
  return std::make_shared<const KeySet>(std::move(keys));
}

}  // namespace holdall::auth
