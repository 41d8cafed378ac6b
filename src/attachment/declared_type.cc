// What clients call the types they send: declaration_agrees of file_type.h.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "attachment/file_type.h"
#include "attachment/zip_head.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

constexpr std::array kClaimNothing = std::to_array<std::string_view>({
    "",
    "*/*",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/unknown",
    "application/x-unknown",
    "application/force-download",
    "application/download",
    "application/x-download",
});

struct Alias {
  std::string_view declared;
  std::string_view mime_type;
};

// Names seen from browsers, mail programs and operating systems. Windows with Word calls .rtf, and with Excel .csv,
// after the program that opens them; old tables know one name for the Office formats of before and after 2007.
constexpr std::array kAliases = std::to_array<Alias>({
    {"image/jpg", "image/jpeg"},
    {"image/pjpeg", "image/jpeg"},
    {"image/x-png", "image/png"},
    {"image/x-citrix-jpeg", "image/jpeg"},
    {"image/x-citrix-png", "image/png"},
    {"image/x-bmp", "image/bmp"},
    {"image/x-ms-bmp", "image/bmp"},
    {"image/x-windows-bmp", "image/bmp"},
    {"image/x-tiff", "image/tiff"},
    {"image/tif", "image/tiff"},
    {"image/heif", "image/heic"},
    {"image/heic", "image/heif"},
    {"image/svg", "image/svg+xml"},
    {"text/xml", "image/svg+xml"},
    {"application/xml", "image/svg+xml"},
    {"application/x-pdf", "application/pdf"},
    {"application/acrobat", "application/pdf"},
    {"text/pdf", "application/pdf"},
    {"application/doc", "application/msword"},
    {"application/x-msword", "application/msword"},
    {"application/vnd.msword", "application/msword"},
    {"application/msword", kDocxType},
    {"application/msword", "application/rtf"},
    {"application/excel", "application/vnd.ms-excel"},
    {"application/msexcel", "application/vnd.ms-excel"},
    {"application/x-excel", "application/vnd.ms-excel"},
    {"application/x-msexcel", "application/vnd.ms-excel"},
    {"application/vnd.ms-excel", kXlsxType},
    {"application/vnd.ms-excel", "text/csv"},
    {"application/csv", "text/csv"},
    {"application/mspowerpoint", "application/vnd.ms-powerpoint"},
    {"application/powerpoint", "application/vnd.ms-powerpoint"},
    {"application/x-mspowerpoint", "application/vnd.ms-powerpoint"},
    {"application/vnd.ms-powerpoint", kPptxType},
    {"text/rtf", "application/rtf"},
    {"text/richtext", "application/rtf"},
    {"application/x-rtf", "application/rtf"},
    {"application/x-gzip", "application/gzip"},
    {"application/gzip-compressed", "application/gzip"},
    {"video/x-m4v", "video/mp4"},
    {"audio/mp4", "video/mp4"},
    {"audio/x-m4a", "video/mp4"},
    {"video/quicktime", "video/mp4"},
    {"video/mp4", "video/quicktime"},
    {"audio/webm", "video/webm"},
    {"audio/mp3", "audio/mpeg"},
    {"audio/mpeg3", "audio/mpeg"},
    {"audio/x-mp3", "audio/mpeg"},
    {"audio/x-mpeg", "audio/mpeg"},
    {"audio/x-mpeg-3", "audio/mpeg"},
    {"audio/mpg", "audio/mpeg"},
    {"application/txt", "text/plain"},
    {"text/xml", "application/xml"},
    {"application/x-json", "application/json"},
    {"application/eml", "message/rfc822"},
    {"application/xhtml+xml", "text/html"},
});

constexpr std::array kZipNames = std::to_array<std::string_view>(
    {"application/zip", "application/x-zip", "application/x-zip-compressed", "application/zip-compressed"});
constexpr std::array kOleNames = std::to_array<std::string_view>(
    {"application/vnd.ms-office", "application/x-ole-storage", "application/cdfv2", "application/x-cfb"});
// Text, but a promise that something else than a person reads it.
constexpr std::array kSpecialTexts = std::to_array<std::string_view>(
    {"text/html", "text/xml", "text/xsl", "text/css", "text/javascript", "text/ecmascript", "text/jscript",
     "text/livescript", "text/x-javascript", "text/x-ecmascript", "text/vbscript", "text/x-server-parsed-html",
     "text/x-component", "text/rtf", "text/richtext", "text/pdf"});

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string essence_of(std::string_view declared) { return ascii_lower(trim(declared.substr(0, declared.find(';')))); }

bool is_plain_text_name(std::string_view declared) {
  return declared.starts_with("text/") && !declared.ends_with("+xml") && !is_among(kSpecialTexts, declared);
}

bool is_text_type(std::string_view mime_type) { return may_be(mime_type, Signature::Unknown); }
bool is_zip_type(std::string_view mime_type) {
  return may_be(mime_type, Signature::OpenXml) || may_be(mime_type, Signature::OpenDocument);
}

}  // namespace

bool declaration_agrees(std::string_view declared_type, std::string_view mime_type) {
  const std::string declared = essence_of(declared_type);
  if (is_among(kClaimNothing, declared) || declared == mime_type) return true;
  if (mime_type == kOctetStream || mime_type == kProgramType) return true;  // not known well enough to be contradicted
  if (is_plain_text_name(declared) && is_text_type(mime_type)) return true;
  if (is_among(kZipNames, declared) && is_zip_type(mime_type)) return true;
  if (is_among(kOleNames, declared) && may_be(mime_type, Signature::Ole2)) return true;
  return std::ranges::any_of(
      kAliases, [&](const Alias& alias) { return alias.declared == declared && alias.mime_type == mime_type; });
}

}  // namespace holdall::attachment
