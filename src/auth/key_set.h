#pragma once
// The keys a token may have been signed with, and the choice among them.
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "auth/jws.h"
#include "auth/key.h"
#include "auth/refusal.h"

namespace holdall::auth {

/// Immutable once it is shared.
struct KeySet {
  std::vector<Key> keys;
  std::vector<std::string> skipped;  ///< why keys of a source were left out, for the log
};

using SharedKeys = std::shared_ptr<const KeySet>;

/// Only keys fixed to the token's algorithm are tried. A token with a `kid` is tried against the keys of that id and
/// those without an id, a token without one against all; at most kMaxKeysTried of them, so that a forged token costs
/// no more than a few verifications. UnknownKey when the `kid` names no key and no key without id fits.
Checked<void> verify_signature(const Jws& jws, std::span<const SharedKeys> sets);

inline constexpr int kMaxKeysTried = 8;

}  // namespace holdall::auth
