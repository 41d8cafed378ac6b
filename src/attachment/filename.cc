#include "attachment/filename.h"

#include <algorithm>
#include <cstddef>

#include "base/encoding.h"

namespace holdall::attachment {
namespace {

// The most a name has on the file systems people save it to; counted in bytes as those do.
constexpr std::size_t kMaxBytes = 255;

std::string_view last_segment(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view trim_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// U+0000-001F, U+007F, and U+0080-009F (C2 80 - C2 9F). `name` is UTF-8.
bool has_control_character(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const unsigned char c = byte_at(name, i);
    if (c < 0x20 || c == 0x7F) return true;
    if (c == 0xC2 && byte_at(name, i + 1) < 0xA0) return true;
  }
  return false;
}

// U+202A-202E (E2 80 AA - AE) and U+2066-2069 (E2 81 A6 - A9). `name` is UTF-8.
bool turns_reading_direction(std::string_view name) {
  for (std::size_t i = 0; i + 2 < name.size(); ++i) {
    if (byte_at(name, i) != 0xE2) continue;
    const unsigned char second = byte_at(name, i + 1);
    const unsigned char third = byte_at(name, i + 2);
    if (second == 0x80 && third >= 0xAA && third <= 0xAE) return true;
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) return true;
  }
  return false;
}

Failure refuse(std::string message) { return fail(ErrorKind::InvalidArgument, "filename-invalid", std::move(message)); }

}  // namespace

Result<std::string> clean_filename(std::string_view name) {
  name = trim_spaces(last_segment(name));
  if (name.empty()) return refuse("The file has no name; give it one, such as report.pdf.");
  if (name.size() > kMaxBytes) return refuse("The file name is longer than 255 bytes; shorten it.");
  if (!is_utf8(name)) return refuse("The file name is not valid UTF-8.");
  if (name == "." || name == "..") return refuse("The file name must be more than dots.");
  if (has_control_character(name)) return refuse("The file name holds control characters; remove them.");
  if (turns_reading_direction(name)) {
    return refuse("The file name holds characters that turn the reading direction; remove them.");
  }
  return std::string(name);
}

std::vector<std::string> extensions_of(std::string_view filename) {
  std::vector<std::string> extensions;
  std::size_t dot = filename.find('.');
  while (dot != std::string_view::npos) {
    const std::size_t next = filename.find('.', dot + 1);
    const std::size_t length = (next == std::string_view::npos ? filename.size() : next) - dot - 1;
    const std::string_view segment = trim_spaces(filename.substr(dot + 1, length));
    if (!segment.empty()) extensions.push_back("." + ascii_lower(segment));
    dot = next;
  }
  return extensions;
}

}  // namespace holdall::attachment
