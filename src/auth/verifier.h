#pragma once
// The port that turns a bearer token into who it speaks for.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/context.h"
#include "io/task.h"

namespace holdall::auth {

enum class Scope : std::uint8_t { Read = 1, Write = 2, Admin = 4 };

/// A set of scopes.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (Scope scope : scopes)
      bits_ |= static_cast<std::uint8_t>(scope);
  }
  constexpr bool has(Scope scope) const { return (bits_ & static_cast<std::uint8_t>(scope)) != 0; }
  constexpr void add(Scope scope) { bits_ |= static_cast<std::uint8_t>(scope); }
  friend constexpr bool operator==(Scopes, Scopes) = default;

 private:
  std::uint8_t bits_ = 0;
};

/// Who a token speaks for. The integer user id belongs to the catalog (catalog::Catalog::resolve_user).
struct Principal {
  std::string subject;  ///< the token's `sub`, 1 to 255 bytes of UTF-8
  Scopes scopes;        ///< read and write where the token names none
  Timestamp expires_at;
};

class Verifier {
 public:
  virtual ~Verifier() = default;

  /// Checks signature, algorithm, `exp`, `nbf`, and `iss`, `aud` where configured. Unauthenticated with a public
  /// sentence that never helps a forger; the reason stands in the error's internal text. Unavailable when the keys
  /// could not be fetched. From any io thread.
  virtual io::Task<Result<Principal>> verify(std::string_view token, const Context& context) = 0;
};

}  // namespace holdall::auth
