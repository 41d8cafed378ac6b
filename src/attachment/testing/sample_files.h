#pragma once
// Small files made on the spot for tests: as much of each format as tells it from others.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::attachment::testing {

std::string png();
std::string bmp();

/// Where a ZIP entry says how long it is: before its content, or behind it as programs do that write to a pipe.
enum class SizeIs : std::uint8_t { Before, Behind };
/// A local header and its stored content.
std::string zip_entry(std::string_view name, std::string_view content, SizeIs size = SizeIs::Before);

/// One entry of an OLE2 directory; indexes of its neighbours and its first child, as they stand in the file.
struct OleEntry {
  std::string_view name;
  std::uint32_t left = UINT32_MAX;
  std::uint32_t right = UINT32_MAX;
  std::uint32_t child = UINT32_MAX;
};
/// An OLE2 file whose directory is the sector with that number (it begins at (sector + 1) * 512).
std::string ole(const std::vector<OleEntry>& entries, std::uint32_t sector = 1);

}  // namespace holdall::attachment::testing
