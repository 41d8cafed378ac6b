#include "attachment/ole_directory.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHeaderSize = 512;
constexpr std::size_t kSectorShiftAt = 30;
constexpr std::size_t kDirectoryAt = 48;
// Within an entry.
constexpr std::size_t kNameSizeAt = 64;
constexpr std::size_t kLeftAt = 68;
constexpr std::size_t kRightAt = 72;
constexpr std::size_t kChildAt = 76;
constexpr std::size_t kClassAt = 80;
// {000C1084-0000-0000-C000-000000000046}: Windows Installer.
constexpr std::string_view kInstallerClass = "\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"sv;

std::uint32_t little_endian(std::span<const std::byte> bytes, std::size_t i, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t k = size; k-- > 0;)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[i + k]);
  return value;
}

// The ASCII letters of the UTF-16 name, lower-cased ([MS-CFB] 2.6.4: names differ in more than case).
std::string name_of(std::span<const std::byte> entry) {
  const std::size_t size = std::min<std::size_t>(little_endian(entry, kNameSizeAt, 2), kNameSizeAt);
  std::string name;
  for (std::size_t i = 0; i + 2 < size; i += 2)
    name += static_cast<char>(entry[i + 1] == std::byte{0} ? entry[i] : std::byte{'?'});
  return ascii_lower(name);
}

}  // namespace

void OleDirectory::begin(std::span<const std::byte> head) {
  if (head.size() < kHeaderSize) return;
  const std::uint32_t shift = little_endian(head, kSectorShiftAt, 2);
  if (shift != 9 && shift != 12) return;
  offset_ = (std::uint64_t{little_endian(head, kDirectoryAt, 4)} + 1) << shift;
}

void OleDirectory::feed(std::span<const std::byte> bytes) {
  const std::uint64_t end = position_ + bytes.size();
  const std::uint64_t first = std::max(position_, offset_);
  if (first < end && first - offset_ < entries_.size()) {
    const std::size_t at = first - offset_;
    const std::size_t count = std::min<std::size_t>(end - first, entries_.size() - at);
    std::memcpy(entries_.data() + at, bytes.data() + (first - position_), count);
  }
  position_ = end;
}

OleDirectory::Kind OleDirectory::kind_of_entry(std::size_t index) const {
  const std::string name = name_of(std::span(entries_).subspan(index * kEntrySize, kEntrySize));
  if (name == "worddocument") return Kind::Word;
  if (name == "workbook" || name == "book") return Kind::Excel;
  if (name == "powerpoint document") return Kind::PowerPoint;
  if (name == "encryptedpackage" || name == "encryptioninfo") return Kind::Protected;
  return Kind::Unknown;
}

// A document has the streams of what is embedded in it further down, so that only children of the root tell what the
// file is: they form a tree of left and right neighbours, followed as far as the four entries go.
OleDirectory::Kind OleDirectory::kind() const {
  const std::span<const std::byte> all(entries_);
  if (as_text(all.subspan(kClassAt, kInstallerClass.size())) == kInstallerClass) return Kind::Installer;
  for (std::size_t i = 1; i < kEntries; ++i) {
    if (kind_of_entry(i) == Kind::Protected) return Kind::Protected;
  }
  std::array<bool, kEntries> is_child{};
  const auto mark = [&is_child](std::uint32_t index) {
    if (index > 0 && index < kEntries) is_child[index] = true;
  };
  mark(little_endian(all, kChildAt, 4));
  for (std::size_t round = 1; round < kEntries; ++round) {
    for (std::size_t i = 1; i < kEntries; ++i) {
      if (!is_child[i]) continue;
      mark(little_endian(all, i * kEntrySize + kLeftAt, 4));
      mark(little_endian(all, i * kEntrySize + kRightAt, 4));
    }
  }
  for (std::size_t i = 1; i < kEntries; ++i) {
    const Kind kind = is_child[i] ? kind_of_entry(i) : Kind::Unknown;
    if (kind != Kind::Unknown) return kind;
  }
  return Kind::Unknown;
}

std::string_view describe(OleDirectory::Kind kind) {
  switch (kind) {
    case OleDirectory::Kind::Unknown: return "an Office 97 document";
    case OleDirectory::Kind::Word: return "a Word 97 document";
    case OleDirectory::Kind::Excel: return "an Excel 97 workbook";
    case OleDirectory::Kind::PowerPoint: return "a PowerPoint 97 presentation";
    case OleDirectory::Kind::Protected: return "an Office document with a password";
    case OleDirectory::Kind::Installer: return "a Windows installer";
  }
  return "an Office 97 document";
}

}  // namespace holdall::attachment
