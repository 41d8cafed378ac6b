#include "http/content_digest.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/encoding.h"

namespace holdall::http {

namespace {

Failure bad_digest() {
  return fail(ErrorKind::InvalidArgument, "bad-digest", "A digest must be written as `sha-256=:<base64>:` (RFC 9530).");
}

bool is_key_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("_-.*").contains(c);
}

/// The key of RFC 8941 section 3.1.2 at the beginning of `rest`, which moves past it; empty where none stands.
std::string_view take_key(std::string_view& rest) {
  if (rest.empty() || (rest[0] != '*' && (rest[0] < 'a' || rest[0] > 'z'))) return {};
  const auto end = std::ranges::find_if_not(rest, is_key_char);
  const auto key = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(key.size());
  return key;
}

/// Padded base64 by way of the strict decoder of its sister alphabet.
std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.contains('-') || text.contains('_')) return std::nullopt;
  if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  std::string sister(text);
  std::ranges::replace(sister, '+', '-');
  std::ranges::replace(sister, '/', '_');
  return parse_base64url(sister);
}

/// `:base64:` at the beginning of `rest`, which moves past it.
std::optional<std::string> take_byte_sequence(std::string_view& rest) {
  if (!rest.starts_with(':')) return std::nullopt;
  const auto end = rest.find(':', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const auto text = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return decode_base64(text);
}

std::optional<Sha256Digest> to_digest(std::string_view bytes) {
  Sha256Digest digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::ranges::copy(as_bytes(bytes), digest.bytes.begin());
  return digest;
}

}  // namespace

std::string digest_field(const Sha256Digest& digest) { return "sha-256=:" + to_base64(digest.bytes) + ":"; }

Result<std::optional<Sha256Digest>> parse_digest_field(std::string_view field) {
  std::optional<Sha256Digest> found;
  auto rest = trim(field);
  while (true) {
    const auto key = take_key(rest);
    if (key.empty() || !rest.starts_with('=')) return bad_digest();
    rest.remove_prefix(1);
    const auto bytes = take_byte_sequence(rest);
    if (!bytes) return bad_digest();
    if (key == "sha-256") {
      if (found) return bad_digest();
      found = to_digest(*bytes);
      if (!found) return bad_digest();
    }
    rest = trim(rest);
    if (rest.empty()) return found;
    if (!rest.starts_with(',')) return bad_digest();
    rest = trim(rest.substr(1));
  }
}

}  // namespace holdall::http
