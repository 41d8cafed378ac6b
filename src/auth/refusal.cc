#include "auth/refusal.h"

namespace holdall::auth {
namespace {

struct Words {
  const char* code;
  const char* message;
};

Words words_for(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::Malformed:
      return {"token-malformed", "The bearer token is not a signed JSON Web Token; send the token exactly as issued."};
    case RefusalKind::UnknownKey:
    case RefusalKind::Untrusted:
      return {"token-invalid",
              "The token was not accepted; get a new one from whoever issues tokens for this service."};
    case RefusalKind::Incomplete:
      return {"token-incomplete",
              "The token lacks what this service needs: it must carry a subject (sub) and an expiry (exp)."};
    case RefusalKind::Expired: return {"token-expired", "The token has expired; get a new one."};
    case RefusalKind::NotYetValid:
      return {"token-not-yet-valid", "The token is not valid yet; check the clock of the machine that issued it."};
    case RefusalKind::Foreign: return {"token-foreign", "The token was issued by or for another service."};
  }
  std::unreachable();
}

}  // namespace

Error to_error(const Refusal& refusal) {
  const Words words = words_for(refusal.kind);
  return make_error(ErrorKind::Unauthenticated, words.code, words.message, refusal.reason);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::string out = "\"";
  for (char c : text.substr(0, kShown))
    out += c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?';
  out += text.size() > kShown ? "...\"" : "\"";
  return out;
}

}  // namespace holdall::auth
