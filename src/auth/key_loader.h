#pragma once
// Reads keys from where they are kept; blocks, so it is called by the thread of a JwksSource or at start.
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "auth/key_set.h"
#include "base/result.h"

namespace holdall::auth {

struct LoadedKeys {
  KeySet keys;
  std::optional<std::chrono::seconds> max_age;  ///< how long they are good for, where their keeper says so
};

/// Used by one thread at a time.
class KeyLoader {
 public:
  virtual ~KeyLoader() = default;

  /// The keys, or nothing when they are the same as at the last call that gave some. Gives up soon after `stop`.
  virtual Result<std::optional<LoadedKeys>> load(std::stop_token stop) = 0;

  /// "https://id.example.org/jwks", for the log.
  virtual std::string name() const = 0;
};

/// Turns the content of a file into keys.
using KeyParser = std::function<Result<KeySet>(std::string_view)>;

}  // namespace holdall::auth
