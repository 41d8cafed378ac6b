#pragma once
// The name of a blob in a store: `<user_id>/<yyyy>/<mm>/<dd>/<hhmmss>_<random>`. No part of it comes from a client.
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace holdall::blob {

/// A checked key: 1 to 8 segments of [0-9a-z_.-], no segment empty or starting with a dot, at most 200 bytes. Nothing
/// that passes can leave the store's folder.
class Key {
 public:
  /// A fresh key for `owner`: never handed out twice (62 bits of randomness beside the second).
  static Key make(UserId owner, Timestamp now);
  static std::optional<Key> parse(std::string_view text);

  const std::string& text() const { return text_; }
  friend auto operator<=>(const Key&, const Key&) = default;

 private:
  explicit Key(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace holdall::blob
