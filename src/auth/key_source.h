#pragma once
// Where keys come from, as the verifier sees it.
#include <cstdint>

#include "auth/key_set.h"
#include "base/context.h"
#include "io/task.h"

namespace holdall::auth {

/// From any io thread; never blocks it.
class KeySource {
 public:
  virtual ~KeySource() = default;

  /// The keys of this moment; null when none could be loaded yet, or the last ones have become too old.
  virtual SharedKeys keys() const = 0;

  /// Grows with every change of keys(), before the change can be seen.
  virtual std::uint64_t generation() const = 0;

  /// Asked when a token names a key that is not here, or there are no keys. Waits, until the context's deadline, for
  /// the refresh under way or begins one where it may; true when keys() is worth a second look.
  virtual io::Task<bool> refresh(const Context& context) = 0;
};

/// Keys that never change.
class FixedKeys final : public KeySource {
 public:
  explicit FixedKeys(KeySet keys) : keys_(std::make_shared<const KeySet>(std::move(keys))) {}

  SharedKeys keys() const override { return keys_; }
  std::uint64_t generation() const override { return 0; }
  io::Task<bool> refresh(const Context&) override { co_return false; }

 private:
  SharedKeys keys_;
};

}  // namespace holdall::auth
