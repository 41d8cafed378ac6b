#include "auth/claims.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "auth/detail/strict_json.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLastSecond = 253'402'300'799;  // the end of the year 9999
constexpr std::size_t kMaxSubjectBytes = 255;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::unexpected<Refusal> wrong_type(std::string_view name) {
  return refuse(RefusalKind::Incomplete, std::string(name) + " is not of its type or out of bounds");
}

// RFC 7519 section 2, NumericDate: seconds since the epoch, whole or decimal.
Checked<std::optional<Timestamp>> date(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* seconds = value->if_int64(); seconds != nullptr && *seconds >= 0 && *seconds <= kLastSecond) {
    return Timestamp(std::chrono::seconds(*seconds));
  }
  if (const auto* seconds = value->if_double();
      seconds != nullptr && std::isfinite(*seconds) && *seconds >= 0 && *seconds <= static_cast<double>(kLastSecond)) {
    return from_micros(static_cast<std::int64_t>(*seconds * 1e6));
  }
  return wrong_type(name);
}

Checked<Timestamp> judge_dates(const json::object& claims, const ClaimRules& rules, Timestamp now, Timestamp& expiry) {
  const auto exp = date(claims, "exp");
  if (!exp) return std::unexpected(exp.error());
  if (!*exp) return refuse(RefusalKind::Incomplete, "there is no exp");
  expiry = **exp;
  if (now >= expiry + rules.leeway) return refuse(RefusalKind::Expired, "expired at " + to_rfc3339(expiry));
  Timestamp valid_from{};
  for (std::string_view name : {"nbf", "iat"}) {
    const auto from = date(claims, name);
    if (!from) return std::unexpected(from.error());
    if (!*from) continue;
    if (now + rules.leeway < **from) {
      return refuse(RefusalKind::NotYetValid, std::string(name) + " is to come, at " + to_rfc3339(**from));
    }
    valid_from = std::max(valid_from, **from);
  }
  return valid_from;
}

Checked<std::string> subject(const json::object& claims) {
  const json::value* value = claims.if_contains("sub");
  if (value == nullptr) return refuse(RefusalKind::Incomplete, "there is no sub");
  if (const auto* number = value->if_int64()) return std::to_string(*number);
  if (const auto* number = value->if_uint64()) return std::to_string(*number);
  const json::string* text = value->if_string();
  if (text == nullptr || !is_subject(view(*text))) return wrong_type("sub");
  return std::string(view(*text));
}

void add_scopes(std::string_view names, Scopes& scopes) {
  for (const auto part : std::views::split(names, ' ')) {
    if (const auto scope = parse_scope(std::string_view(part.begin(), part.end()))) scopes.add(*scope);
  }
}

Checked<Scopes> scopes_of(const json::object& claims) {
  for (std::string_view name : {"scope", "scp"}) {
    const json::value* value = claims.if_contains(name);
    if (value == nullptr) continue;
    Scopes scopes;
    if (const json::string* text = value->if_string()) {
      add_scopes(view(*text), scopes);
      return scopes;
    }
    const json::array* list = value->if_array();
    if (list == nullptr) return wrong_type(name);
    for (const json::value& item : *list) {
      const json::string* text = item.if_string();
      if (text == nullptr) return wrong_type(name);
      add_scopes(view(*text), scopes);
    }
    return scopes;
  }
  return Scopes{Scope::Read, Scope::Write};
}

Checked<void> judge_issuer(const json::object& claims, const ClaimRules& rules) {
  if (rules.issuer.empty()) return {};
  const json::value* issuer = claims.if_contains("iss");
  const json::string* text = issuer == nullptr ? nullptr : issuer->if_string();
  if (text == nullptr) return refuse(RefusalKind::Foreign, "there is no iss");
  if (view(*text) == rules.issuer) return {};
  return refuse(RefusalKind::Foreign, "iss is " + quoted(view(*text)) + ", not " + quoted(rules.issuer));
}

Checked<void> judge_audience(const json::object& claims, const ClaimRules& rules) {
  if (rules.audiences.empty()) return {};
  const auto is_ours = [&](const json::value& name) {
    const json::string* text = name.if_string();
    return text != nullptr && std::ranges::find(rules.audiences, view(*text)) != rules.audiences.end();
  };
  const json::value* audience = claims.if_contains("aud");
  if (audience == nullptr) return refuse(RefusalKind::Foreign, "there is no aud");
  const json::array* list = audience->if_array();
  if (list == nullptr ? is_ours(*audience) : std::ranges::any_of(*list, is_ours)) return {};
  return refuse(RefusalKind::Foreign, "aud does not name " + quoted(rules.audiences.front()));
}

}  // namespace

Checked<Claims> judge_claims(std::string_view payload, const ClaimRules& rules, Timestamp now) {
  auto parsed = detail::parse_json_object(payload);
  if (!parsed) return refuse(RefusalKind::Incomplete, "the payload is " + parsed.error());
  Claims claims;
  const auto valid_from = judge_dates(*parsed, rules, now, claims.principal.expires_at);
  if (!valid_from) return std::unexpected(valid_from.error());
  claims.valid_from = *valid_from;
  if (auto issuer = judge_issuer(*parsed, rules); !issuer) return std::unexpected(issuer.error());
  if (auto audience = judge_audience(*parsed, rules); !audience) return std::unexpected(audience.error());
  auto who = subject(*parsed);
  if (!who) return std::unexpected(who.error());
  claims.principal.subject = *std::move(who);
  const auto scopes = scopes_of(*parsed);
  if (!scopes) return std::unexpected(scopes.error());
  claims.principal.scopes = *scopes;
  claims.all = *std::move(parsed);
  return claims;
}

bool is_subject(std::string_view text) {
  if (text.empty() || text.size() > kMaxSubjectBytes || !is_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    // U+0080 to U+009F are C2 80 to C2 9F; is_utf8 has seen that a byte follows.
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
  }
  return true;
}

std::optional<Scope> parse_scope(std::string_view name) {
  if (name == "read") return Scope::Read;
  if (name == "write") return Scope::Write;
  if (name == "admin") return Scope::Admin;
  return std::nullopt;
}

}  // namespace holdall::auth
