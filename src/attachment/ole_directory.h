#pragma once
// Which of the Office 97 formats an OLE2 file holds. They all begin alike; what tells them apart is the directory,
// which may lie anywhere ([MS-CFB] sections 2.2 and 2.6). Its place stands in the header, so that it can be caught in
// passing.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace holdall::attachment {

/// Watches the bytes of one file for the first four entries of its directory (512 bytes); keeps nothing else.
class OleDirectory {
 public:
  /// `head` holds at least the 512 bytes of the header, or the directory is never found.
  void begin(std::span<const std::byte> head);
  /// The next bytes of the file, from its first.
  void feed(std::span<const std::byte> bytes);

  enum class Kind : std::uint8_t { Unknown, Word, Excel, PowerPoint, Protected, Installer };
  /// Unknown when the entries do not say. Protected: a DOCX, XLSX or PPTX behind a password ([MS-OFFCRYPTO] 2.3.2).
  Kind kind() const;

 private:
  static constexpr std::size_t kEntrySize = 128;
  static constexpr std::size_t kEntries = 4;  // what fits the smallest sector

  Kind kind_of_entry(std::size_t index) const;

  std::uint64_t offset_ = UINT64_MAX;  ///< of the directory
  std::uint64_t position_ = 0;
  std::array<std::byte, kEntrySize * kEntries> entries_{};  // zero: an entry without a name
};

/// "a Word 97 document" and so on.
std::string_view describe(OleDirectory::Kind kind);

}  // namespace holdall::attachment
