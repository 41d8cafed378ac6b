#pragma once
// Text encodings: hex, base64url (RFC 4648 section 5, unpadded) and base64, percent-encoding (RFC 3986), UTF-8.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdall {

inline std::span<const std::byte> as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(std::span<const std::byte> bytes);                    ///< lower case
std::optional<std::vector<std::byte>> parse_hex(std::string_view text);  ///< either case, even length

std::string to_base64url(std::span<const std::byte> bytes);
/// Strict: no padding, no other alphabet, no stray bits in the last character.
std::optional<std::string> parse_base64url(std::string_view text);
std::string to_base64(std::span<const std::byte> bytes);  ///< RFC 4648 section 4, padded

/// Percent-decodes; nothing for a broken escape. '+' stays '+'.
std::optional<std::string> percent_decode(std::string_view text);
/// Encodes all but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);

/// True for well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// The beginning of a UTF-8 text, at most `longest` bytes, cut between characters.
std::string_view first_characters(std::string_view text, std::size_t longest);

/// Lower-cases ASCII letters and leaves every other byte as it is.
std::string ascii_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);  ///< ASCII
std::string_view trim(std::string_view text);                       ///< spaces and tabs at both ends

/// Compares in time that depends on the lengths only.
bool equals_constant_time(std::string_view a, std::string_view b);

}  // namespace holdall
