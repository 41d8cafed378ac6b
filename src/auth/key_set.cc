#include "auth/key_set.h"

namespace holdall::auth {
namespace {

struct Candidates {
  std::vector<const Key*> keys;
  bool id_is_known = false;
};

Candidates candidates_for(const Jws& jws, std::span<const SharedKeys> sets) {
  Candidates out;
  for (const SharedKeys& set : sets) {
    for (const Key& key : set->keys) {
      const bool same_id = jws.key_id && key.id() == *jws.key_id;
      out.id_is_known |= same_id;
      if (jws.key_id && !key.id().empty() && !same_id) continue;
      if (key.algorithm() == jws.algorithm) out.keys.push_back(&key);
    }
  }
  return out;
}

}  // namespace

Checked<void> verify_signature(const Jws& jws, std::span<const SharedKeys> sets) {
  const Candidates candidates = candidates_for(jws, sets);
  int tried = 0;
  for (const Key* key : candidates.keys) {
    if (++tried > kMaxKeysTried) break;
    if (key->verify(jws.signing_input, jws.signature)) return {};
  }
  const std::string algorithm(name_of(jws.algorithm));
  if (jws.key_id && !candidates.id_is_known) {
    return refuse(RefusalKind::UnknownKey, "no key has the kid " + quoted(*jws.key_id));
  }
  if (candidates.keys.empty()) {
    return refuse(RefusalKind::Untrusted,
                  "no key " + (jws.key_id ? "of kid " + quoted(*jws.key_id) + " " : "") + "is fixed to " + algorithm);
  }
  return refuse(RefusalKind::Untrusted, "the " + algorithm + " signature is not the key's");
}

}  // namespace holdall::auth
