#include "api/cursor.h"

#include <charconv>

#include "base/encoding.h"

namespace holdall::api {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::size_t kLongest = 1024;  // a file name of 255 bytes and the rest, in base64url

std::string sort_mark(const catalog::Sort& sort) {
  return std::to_string(static_cast<int>(sort.field)) + (sort.descending ? "d" : "a");
}

// Cuts the text before the next ':' off the front.
std::optional<std::string_view> take(std::string_view& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view piece = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  return piece;
}

std::optional<std::int64_t> integer(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

}  // namespace

std::string encode_cursor(const catalog::Sort& sort, const catalog::PagePosition& position) {
  std::string text(kVersion);
  text += ":" + sort_mark(sort) + ":" + std::to_string(position.number) + ":" + std::to_string(position.id.value) +
          ":" + position.text;
  return to_base64url(as_bytes(text));
}

std::optional<catalog::PagePosition> decode_cursor(std::string_view text, const catalog::Sort& sort) {
  if (text.size() > kLongest) return std::nullopt;
  const std::optional<std::string> decoded = parse_base64url(text);
  if (!decoded) return std::nullopt;
  std::string_view rest = *decoded;
  if (take(rest) != kVersion || take(rest) != sort_mark(sort)) return std::nullopt;
  const std::optional<std::int64_t> number = integer(take(rest));
  const std::optional<std::int64_t> id = integer(take(rest));
  if (!number || !id || !is_utf8(rest)) return std::nullopt;
  return catalog::PagePosition{*number, std::string(rest), AttachmentId{*id}};
}

catalog::PagePosition position_of(const catalog::Attachment& row, const catalog::Sort& sort) {
  switch (sort.field) {
    case catalog::SortField::CreatedAt: return {to_micros(row.created_at), {}, row.id};
    case catalog::SortField::Filename: return {0, row.filename, row.id};
    case catalog::SortField::FileSize: return {static_cast<std::int64_t>(row.blob.size), {}, row.id};
  }
  return {};
}

}  // namespace holdall::api
