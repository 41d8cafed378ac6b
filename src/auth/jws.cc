#include "auth/jws.h"

#include <algorithm>
#include <array>

#include "auth/detail/strict_json.h"
#include "base/encoding.h"

namespace holdall::auth {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxKeyIdBytes = 255;

struct Segments {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;
};

Checked<Segments> split(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return refuse(RefusalKind::Malformed, "longer than 8 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return refuse(RefusalKind::Malformed, "not three segments separated by dots");
  }
  return Segments{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                  token.substr(0, second)};
}

Checked<std::string> decode(std::string_view segment, std::string_view name) {
  auto bytes = parse_base64url(segment);
  if (!bytes) return refuse(RefusalKind::Malformed, "the " + std::string(name) + " is not base64url");
  return *std::move(bytes);
}

Checked<std::string_view> text_member(const json::object& header, std::string_view name) {
  const json::value* member = header.if_contains(name);
  if (member == nullptr) return refuse(RefusalKind::Malformed, "the header has no " + std::string(name));
  const json::string* text = member->if_string();
  if (text == nullptr) return refuse(RefusalKind::Malformed, "the header's " + std::string(name) + " is not a string");
  return std::string_view(text->data(), text->size());
}

// RFC 7515 section 4.1.9: compared without case, "application/" may be left out.
bool is_token_type(std::string_view type) {
  static constexpr std::array<std::string_view, 4> kTypes{"JWT", "at+jwt", "application/jwt", "application/at+jwt"};
  return std::ranges::any_of(kTypes, [&](std::string_view known) { return equals_ignoring_case(known, type); });
}

Checked<void> read_header(const json::object& header, Jws& jws) {
  if (header.contains("crit")) return refuse(RefusalKind::Malformed, "the header demands an extension (crit)");
  if (header.contains("typ")) {
    auto type = text_member(header, "typ");
    if (!type) return std::unexpected(type.error());
    if (!is_token_type(*type)) return refuse(RefusalKind::Malformed, "typ is " + quoted(*type) + ", not JWT or at+jwt");
  }
  auto name = text_member(header, "alg");
  if (!name) return std::unexpected(name.error());
  const auto algorithm = parse_algorithm(*name);
  if (!algorithm) return refuse(RefusalKind::Untrusted, "alg " + quoted(*name) + " is not accepted");
  jws.algorithm = *algorithm;
  if (header.contains("kid")) {
    auto key_id = text_member(header, "kid");
    if (!key_id) return std::unexpected(key_id.error());
    if (key_id->size() > kMaxKeyIdBytes) return refuse(RefusalKind::Malformed, "kid is longer than 255 bytes");
    // An empty kid names no key.
    if (!key_id->empty()) jws.key_id = std::string(*key_id);
  }
  return {};
}

}  // namespace

Checked<Jws> parse_jws(std::string_view token) {
  auto segments = split(token);
  if (!segments) return std::unexpected(segments.error());
  auto header_text = decode(segments->header, "header");
  if (!header_text) return std::unexpected(header_text.error());
  auto header = detail::parse_json_object(*header_text);
  if (!header) return refuse(RefusalKind::Malformed, "the header is " + header.error());

  Jws jws{};
  jws.signing_input = segments->signing_input;
  if (auto read = read_header(*header, jws); !read) return std::unexpected(read.error());
  auto payload = decode(segments->payload, "payload");
  if (!payload) return std::unexpected(payload.error());
  auto signature = decode(segments->signature, "signature");
  if (!signature) return std::unexpected(signature.error());
  if (signature->empty()) return refuse(RefusalKind::Malformed, "the signature is empty");
  jws.payload = *std::move(payload);
  jws.signature = *std::move(signature);
  return jws;
}

}  // namespace holdall::auth
