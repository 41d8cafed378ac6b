#include "attachment/file_type.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "attachment/zip_head.h"

namespace holdall::attachment {
namespace {

// Sets of signatures, one bit each.
constexpr std::uint32_t bit(Signature signature) { return 1U << static_cast<unsigned>(signature); }

template <class... S>
constexpr std::uint32_t any_of(S... signatures) {
  return (bit(signatures) | ...);
}

constexpr std::uint32_t kText = bit(Signature::Unknown);
// With a password they are wrapped in OLE2; OleDirectory tells whether they are.
constexpr std::uint32_t kOffice = any_of(Signature::OpenXml, Signature::Ole2);
constexpr std::uint32_t kAnyZip = any_of(Signature::Zip, Signature::OpenXml, Signature::OpenDocument);

struct Known {
  std::string_view extension;
  std::string_view mime_type;
  std::uint32_t signatures;
  bool is_text = false;
};

constexpr std::array kKnown = std::to_array<Known>({
    {".jpg", "image/jpeg", bit(Signature::Jpeg)},
    {".jpeg", "image/jpeg", bit(Signature::Jpeg)},
    {".png", "image/png", bit(Signature::Png)},
    {".gif", "image/gif", bit(Signature::Gif)},
    {".webp", "image/webp", bit(Signature::WebP)},
    {".avif", "image/avif", bit(Signature::Avif)},
    {".heic", "image/heic", bit(Signature::Heic)},
    {".heif", "image/heif", bit(Signature::Heic)},
    {".tif", "image/tiff", bit(Signature::Tiff)},
    {".tiff", "image/tiff", bit(Signature::Tiff)},
    {".bmp", "image/bmp", bit(Signature::Bmp)},
    {".svg", "image/svg+xml", kText, true},
    {".pdf", "application/pdf", bit(Signature::Pdf)},
    {".doc", "application/msword", bit(Signature::Ole2)},
    {".xls", "application/vnd.ms-excel", bit(Signature::Ole2)},
    {".ppt", "application/vnd.ms-powerpoint", bit(Signature::Ole2)},
    {".docx", kDocxType, kOffice},
    {".xlsx", kXlsxType, kOffice},
    {".pptx", kPptxType, kOffice},
    {".odt", kOdtType, bit(Signature::OpenDocument)},
    {".ods", kOdsType, bit(Signature::OpenDocument)},
    {".odp", kOdpType, bit(Signature::OpenDocument)},
    {".rtf", "application/rtf", bit(Signature::Rtf)},
    {".zip", "application/zip", kAnyZip},
    {".gz", "application/gzip", bit(Signature::Gzip)},
    {".mp4", "video/mp4", bit(Signature::Mp4)},
    {".m4v", "video/mp4", bit(Signature::Mp4)},
    {".mov", "video/quicktime", bit(Signature::Mp4)},
    {".webm", "video/webm", bit(Signature::WebM)},
    {".mp3", "audio/mpeg", bit(Signature::Mp3)},
    {".txt", "text/plain", kText, true},
    {".log", "text/plain", kText, true},
    {".md", "text/markdown", kText, true},
    {".csv", "text/csv", kText, true},
    {".eml", "message/rfc822", kText, true},
    {".json", "application/json", kText, true},
    {".xml", "application/xml", kText, true},
    {".html", "text/html", kText, true},
    {".htm", "text/html", kText, true},
});

constexpr std::array kDangerous = std::to_array<std::string_view>({
    // run by Windows when opened
    ".exe",
    ".dll",
    ".scr",
    ".bat",
    ".cmd",
    ".pif",
    ".msi",
    ".msp",
    ".cpl",
    ".hta",
    ".jar",
    ".js",
    ".jse",
    ".mjs",
    ".vbs",
    ".vbe",
    ".wsf",
    ".wsh",
    ".ps1",
    ".psm1",
    ".reg",
    ".lnk",
    // run by web servers that find them in a folder they serve
    ".php",
    ".php3",
    ".php4",
    ".php5",
    ".php6",
    ".php7",
    ".php8",
    ".phtml",
    ".phar",
    ".asp",
    ".aspx",
    ".ashx",
    ".asmx",
    ".jsp",
    ".jspx",
    ".cgi",
    ".shtml",
    ".htaccess",
    // run by browsers in the name of the site that serves them
    ".html",
    ".htm",
    ".xhtml",
    ".xht",
    ".svg",
    ".svgz",
    ".swf",
    // installed by telephones
    ".apk",
});

// Not among the dangerous ones because honest names have them inside (example.com.pdf) or nothing runs them by itself.
constexpr std::array kOtherPrograms = std::to_array<std::string_view>(
    {".com", ".sh", ".bash", ".py", ".pl", ".rb", ".so", ".dylib", ".run", ".appimage", ".class", ".wasm", ".dex"});

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::optional<FileType> type_of_extension(std::string_view extension) {
  const auto known = std::ranges::find(kKnown, extension, &Known::extension);
  if (known == kKnown.end()) return std::nullopt;
  return FileType{.mime_type = known->mime_type, .is_text = known->is_text};
}

bool may_be(std::string_view mime_type, Signature signature) {
  if (mime_type == kProgramType) return signature == Signature::Program;
  const auto known = std::ranges::find(kKnown, mime_type, &Known::mime_type);
  if (known == kKnown.end()) return signature != Signature::Program;
  return (known->signatures & bit(signature)) != 0;
}

bool is_dangerous_extension(std::string_view extension) { return is_among(kDangerous, extension); }

bool is_dangerous_inside(std::string_view extension) {
  return is_dangerous_extension(extension) && extension != ".svg";
}

bool is_program_extension(std::string_view extension) {
  return is_dangerous_extension(extension) || is_among(kOtherPrograms, extension);
}

}  // namespace holdall::attachment
