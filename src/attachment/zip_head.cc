#include "attachment/zip_head.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLocalHeader = "PK\x03\x04"sv;
constexpr std::size_t kLocalHeaderSize = 30;
constexpr std::string_view kOpenDocument = "application/vnd.oasis.opendocument"sv;

struct Entry {
  std::string_view name;
  std::string_view content;  ///< as far as the head reaches
  bool is_stored = false;
  std::size_t next = 0;  ///< where the next header may be
};

std::uint32_t little_endian(std::string_view head, std::size_t i, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t k = bytes; k-- > 0;)
    value = value << 8 | static_cast<unsigned char>(head[i + k]);
  return value;
}

std::optional<Entry> entry_at(std::string_view head, std::size_t offset) {
  if (offset > head.size() || head.size() - offset < kLocalHeaderSize) return std::nullopt;
  const std::string_view header = head.substr(offset);
  if (!header.starts_with(kLocalHeader)) return std::nullopt;
  const bool has_size_behind = (little_endian(header, 6, 2) & 0x08) != 0;
  const std::size_t name_length = little_endian(header, 26, 2);
  const std::size_t content_at = kLocalHeaderSize + name_length + little_endian(header, 28, 2);
  Entry entry;
  entry.name = header.substr(kLocalHeaderSize, name_length);
  entry.is_stored = little_endian(header, 8, 2) == 0;
  entry.content = header.substr(std::min(content_at, header.size()));
  if (has_size_behind) {
    // The length stands behind the content: the next header is where its magic shows.
    const std::size_t found = head.find(kLocalHeader, offset + std::min(content_at, header.size()));
    entry.next = found == std::string_view::npos ? head.size() : found;
  } else {
    const std::size_t size = little_endian(header, 18, 4);
    entry.content = entry.content.substr(0, size);
    entry.next = offset + content_at + size;
  }
  return entry;
}

// Some writers on Windows separate folders with backslashes.
bool is_below(std::string_view name, std::string_view folder) {
  return name.size() > folder.size() && equals_ignoring_case(name.substr(0, folder.size()), folder) &&
         (name[folder.size()] == '/' || name[folder.size()] == '\\');
}

std::string_view type_of_part(std::string_view name) {
  if (is_below(name, "word")) return kDocxType;
  if (is_below(name, "xl")) return kXlsxType;
  if (is_below(name, "ppt")) return kPptxType;
  return {};
}

bool is_open_xml_part(std::string_view name) {
  return name == "[Content_Types].xml" || is_below(name, "_rels") || is_below(name, "docProps") ||
         is_below(name, "customXml") || !type_of_part(name).empty();
}

bool is_open_document(const Entry& first) {
  return first.name == "mimetype" && first.is_stored && first.content.starts_with(kOpenDocument);
}

}  // namespace

Signature zip_signature(std::string_view head) {
  auto entry = entry_at(head, 0);
  if (entry && is_open_document(*entry)) return Signature::OpenDocument;
  for (; entry; entry = entry_at(head, entry->next)) {
    if (is_open_xml_part(entry->name)) return Signature::OpenXml;
  }
  return Signature::Zip;
}

std::string_view open_xml_type(std::string_view head) {
  for (auto entry = entry_at(head, 0); entry; entry = entry_at(head, entry->next)) {
    if (const std::string_view type = type_of_part(entry->name); !type.empty()) return type;
  }
  return {};
}

std::string_view open_document_type(std::string_view head) {
  constexpr std::array<std::string_view, 3> kTypes{kOdtType, kOdsType, kOdpType};
  const auto first = entry_at(head, 0);
  if (!first) return kOpenDocument;
  for (const std::string_view type : kTypes) {
    if (!first->content.starts_with(type)) continue;
    // "...text-template" is a type of its own; what follows in the file (the next header, a data descriptor) is not.
    const std::string_view rest = first->content.substr(type.size());
    if (rest.empty() || rest.front() != '-') return type;
  }
  return kOpenDocument;
}

}  // namespace holdall::attachment
