#include "attachment/testing/sample_files.h"

#include <algorithm>

namespace holdall::attachment::testing {
namespace {

using namespace std::string_literals;

std::string little_endian(std::uint32_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i)
    text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string ole_entry(const OleEntry& entry) {
  std::string bytes;
  for (const char c : entry.name)
    bytes += {c, '\0'};
  bytes.resize(64, '\0');
  bytes += little_endian(static_cast<std::uint32_t>(entry.name.size() + 1) * 2, 2) + "\x02\x01"s;
  bytes += little_endian(entry.left, 4) + little_endian(entry.right, 4) + little_endian(entry.child, 4);
  bytes.resize(128, '\0');
  return bytes;
}

}  // namespace

std::string png() { return "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"s; }

std::string bmp() { return "BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0"s; }

std::string zip_entry(std::string_view name, std::string_view content, SizeIs size) {
  const bool is_behind = size == SizeIs::Behind;
  const auto length = static_cast<std::uint32_t>(content.size());
  std::string bytes = "PK\x03\x04\x14\0"s + (is_behind ? "\x08\0"s : "\0\0"s) + std::string(10, '\0');
  bytes += little_endian(is_behind ? 0 : length, 4) + little_endian(is_behind ? 0 : length, 4);
  bytes += little_endian(static_cast<std::uint32_t>(name.size()), 2) + little_endian(0, 2);
  bytes += std::string(name) + std::string(content);
  if (is_behind) bytes += "PK\x07\x08"s + little_endian(0, 4) + little_endian(length, 4) + little_endian(length, 4);
  return bytes;
}

std::string ole(const std::vector<OleEntry>& entries, std::uint32_t sector) {
  std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s;
  bytes.resize(30, '\0');
  bytes += little_endian(9, 2);
  bytes.resize(48, '\0');
  bytes += little_endian(sector, 4);
  bytes.resize((std::size_t{sector} + 1) * 512, '\0');
  for (const OleEntry& entry : entries)
    bytes += ole_entry(entry);
  bytes.resize(std::max<std::size_t>(bytes.size(), (std::size_t{sector} + 2) * 512), '\0');
  return bytes;
}

}  // namespace holdall::attachment::testing
