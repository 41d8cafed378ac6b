#include "auth/token_verifier.h"

#include <algorithm>

#include "auth/jws.h"

namespace holdall::auth {

Checked<Claims> check_token(std::string_view token, std::span<const SharedKeys> keys, const ClaimRules& rules,
                            Timestamp now) {
  auto jws = parse_jws(token);
  if (!jws) return std::unexpected(std::move(jws).error());
  if (auto signature = verify_signature(*jws, keys); !signature) return std::unexpected(std::move(signature).error());
  return judge_claims(jws->payload, rules, now);
}

TokenVerifier::TokenVerifier(std::vector<std::shared_ptr<KeySource>> sources, Options options, const Clock& clock)
    : sources_(std::move(sources)), options_(std::move(options)), clock_(clock), cache_(options_.cache_entries) {}

io::Task<Result<Principal>> TokenVerifier::verify(std::string_view token, const Context& context) {
  // Judged before it is hashed: the length is the sender's choice.
  if (token.size() > kMaxTokenBytes) co_return fail(to_error({RefusalKind::Malformed, "longer than 8 KiB"}));
  const Sha256Digest digest = TokenCache::digest_of(token);
  if (auto known = cache_.find(digest, epoch(), clock_.now())) co_return *std::move(known);

  Keys keys = current_keys();
  auto claims = check_token(token, keys.sets, options_.rules, clock_.now());
  const auto newer_keys_may_help = [&] {
    return !claims && (claims.error().kind == RefusalKind::UnknownKey ||
                       (claims.error().kind == RefusalKind::Untrusted && keys.some_are_missing));
  };
  if (newer_keys_may_help() && co_await refresh(context)) {
    keys = current_keys();
    claims = check_token(token, keys.sets, options_.rules, clock_.now());
  }
  if (claims) {
    cache_.insert(digest, keys.epoch, claims->principal, claims->valid_from);
    co_return std::move(claims->principal);
  }
  if (newer_keys_may_help() && keys.some_are_missing) {
    co_return fail(ErrorKind::Unavailable, "token-keys-unavailable",
                   "The server cannot check tokens right now; try again in a moment.", claims.error().reason);
  }
  co_return fail(to_error(claims.error()));
}

std::uint64_t TokenVerifier::epoch() const {
  // Every generation only grows, so an equal sum means that none has changed.
  std::uint64_t sum = 0;
  for (const auto& source : sources_)
    sum += source->generation();
  return sum;
}

TokenVerifier::Keys TokenVerifier::current_keys() const {
  Keys out;
  out.epoch = epoch();  // before the keys: an entry made of older keys must not carry the newer number
  for (const auto& source : sources_) {
    if (SharedKeys keys = source->keys()) {
      out.sets.push_back(std::move(keys));
    } else {
      out.some_are_missing = true;
    }
  }
  return out;
}

io::Task<bool> TokenVerifier::refresh(const Context& context) {
  bool changed = false;
  for (const auto& source : sources_) {
    if (co_await source->refresh(context)) changed = true;
  }
  co_return changed;
}

}  // namespace holdall::auth
