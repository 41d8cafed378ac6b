#include "attachment/signature.h"

#include <algorithm>
#include <array>

#include "attachment/text_check.h"
#include "attachment/zip_head.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_view_literals;

// PDF readers look for the header this far (ISO 32000-1, annex H, note 13).
constexpr std::size_t kPdfSearch = 1024;

unsigned byte_at(std::string_view head, std::size_t i) { return static_cast<unsigned char>(head[i]); }

std::uint32_t big_endian(std::string_view head, std::size_t i) {
  return byte_at(head, i) << 24 | byte_at(head, i + 1) << 16 | byte_at(head, i + 2) << 8 | byte_at(head, i + 3);
}

std::uint32_t little_endian(std::string_view head, std::size_t i) {
  return byte_at(head, i) | byte_at(head, i + 1) << 8 | byte_at(head, i + 2) << 16 | byte_at(head, i + 3) << 24;
}

bool has_at(std::string_view head, std::size_t offset, std::string_view magic) {
  return head.size() >= offset && head.substr(offset).starts_with(magic);
}

struct Magic {
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array<Magic, 11> kPrograms{{
    {"MZ"sv, "a Windows program"},
    {"\x7F"
     "ELF"sv,
     "a Linux program"},
    {"\xFE\xED\xFA\xCE"sv, "a Mac program"},
    {"\xFE\xED\xFA\xCF"sv, "a Mac program"},
    {"\xCE\xFA\xED\xFE"sv, "a Mac program"},
    {"\xCF\xFA\xED\xFE"sv, "a Mac program"},
    {"\xCA\xFE\xBA\xBE"sv, "a Java or Mac program"},  // class files and Mach-O for several processors share it
    {"\0asm"sv, "a WebAssembly program"},
    {"dex\n03"sv, "an Android program"},
    {"L\0\0\0\x01\x14\x02\0"sv, "a Windows shortcut"},
    {"#!"sv, "a script"},
}};

std::string_view program_name(std::string_view head) {
  for (const Magic& program : kPrograms) {
    if (head.starts_with(program.bytes)) return program.name;
  }
  return {};
}

struct PlainMagic {
  std::string_view bytes;
  Signature signature;
};

constexpr std::array<PlainMagic, 14> kPlain{{
    {"\xFF\xD8\xFF"sv, Signature::Jpeg},
    {"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"sv, Signature::Png},
    {"GIF87a"sv, Signature::Gif},
    {"GIF89a"sv, Signature::Gif},
    {"II*\0"sv, Signature::Tiff},
    {"MM\0*"sv, Signature::Tiff},
    {"II+\0"sv, Signature::Tiff},  // BigTIFF
    {"MM\0+"sv, Signature::Tiff},
    {"%PDF-"sv, Signature::Pdf},
    {"%!PS"sv, Signature::PostScript},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, Signature::Ole2},
    {"{\\rtf"sv, Signature::Rtf},
    {"\x1F\x8B\x08"sv, Signature::Gzip},
    {"\xC5\xD0\xD3\xC6"sv, Signature::PostScript},  // EPS behind a DOS header
}};

// "BM" alone begins many a text: the reserved field must be zero and the second header of a size that exists.
bool is_bmp(std::string_view head) {
  if (head.size() < 26 || !head.starts_with("BM") || little_endian(head, 6) != 0) return false;
  constexpr std::array<std::uint32_t, 7> kHeaderSizes{12, 40, 52, 56, 64, 108, 124};
  return std::ranges::find(kHeaderSizes, little_endian(head, 14)) != kHeaderSizes.end();
}

// ISO/IEC 14496-12 section 4.3: a `ftyp` box names the brands a file follows, the major one first.
Signature of_brands(std::string_view head, std::size_t box_size) {
  const std::string_view box = head.substr(0, std::min(head.size(), box_size));
  bool is_heif = false;
  for (std::size_t i = 8; i + 4 <= box.size(); i += 4) {
    if (i == 12) continue;  // the minor version
    const std::string_view brand = box.substr(i, 4);
    if (brand == "avif" || brand == "avis") return Signature::Avif;
    if (brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis" || brand == "hevc" ||
        brand == "hevx") {
      return Signature::Heic;
    }
    if (brand == "mif1" || brand == "msf1") is_heif = true;
  }
  return is_heif ? Signature::Heic : Signature::Mp4;
}

Signature of_iso_media(std::string_view head) {
  if (head.size() < 12) return Signature::Unknown;
  const std::uint32_t size = big_endian(head, 0);
  const std::string_view kind = head.substr(4, 4);
  if (kind == "ftyp" && size >= 16 && size <= kHeadSize) return of_brands(head, size);
  // QuickTime older than `ftyp`. The bound (128 MiB) keeps the first byte one that no text has.
  const bool is_old = kind == "moov" || kind == "mdat" || kind == "wide" || kind == "free" || kind == "skip";
  return is_old && size >> 27 == 0 ? Signature::Mp4 : Signature::Unknown;
}

// EBML (RFC 8794) whose DocType element (0x4282) says "webm"; Matroska at large is another type.
bool is_webm(std::string_view head) {
  constexpr std::size_t kHeaderMost = 128;  // the EBML header holds a few integers and this name
  return head.starts_with("\x1A\x45\xDF\xA3"sv) &&
         head.substr(0, kHeaderMost).find("\x42\x82\x84webm"sv) != std::string_view::npos;
}

// The length in bytes of the MPEG layer III frame at `i` (ISO/IEC 11172-3 section 2.4.1.3, 13818-3); 0 when there is
// none.
std::size_t mp3_frame(std::string_view head, std::size_t i) {
  constexpr std::array<unsigned, 16> kKilobits1{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
  constexpr std::array<unsigned, 16> kKilobits2{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
  constexpr std::array<unsigned, 4> kHertz{44100, 48000, 32000, 0};
  if (i + 4 > head.size() || byte_at(head, i) != 0xFF || (byte_at(head, i + 1) & 0xE6) != 0xE2) return 0;
  const unsigned version = byte_at(head, i + 1) >> 3 & 3;  // 0: 2.5, 2: 2, 3: 1
  const unsigned bits = byte_at(head, i + 2);
  const unsigned kilobits = version == 3 ? kKilobits1[bits >> 4] : kKilobits2[bits >> 4];
  const unsigned hertz = kHertz[bits >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  if (version == 1 || kilobits == 0 || hertz == 0) return 0;
  return (version == 3 ? 144 : 72) * kilobits * 1000 / hertz + (bits >> 1 & 1);
}

bool is_mp3(std::string_view head) {
  if (head.size() >= 10 && head.starts_with("ID3") && byte_at(head, 3) >= 2 && byte_at(head, 3) <= 4) {
    return ((byte_at(head, 6) | byte_at(head, 7) | byte_at(head, 8) | byte_at(head, 9)) & 0x80) == 0;
  }
  const std::size_t length = mp3_frame(head, 0);
  if (length == 0) return false;
  // Eleven bits in a row happen by chance: a second frame must follow where the head reaches that far.
  return length + 4 > head.size() || mp3_frame(head, length) != 0;
}

Signature of_structure(std::string_view head) {
  if (head.starts_with("PK\x03\x04"sv)) return zip_signature(head);
  if (head.starts_with("PK\x05\x06"sv) || head.starts_with("PK\x07\x08PK\x03\x04"sv)) return Signature::Zip;
  if (head.starts_with("RIFF") && has_at(head, 8, "WEBP")) return Signature::WebP;
  if (is_bmp(head)) return Signature::Bmp;
  if (const Signature media = of_iso_media(head); media != Signature::Unknown) return media;
  if (is_webm(head)) return Signature::WebM;
  if (is_mp3(head)) return Signature::Mp3;
  return Signature::Unknown;
}

std::string_view describe_unknown(std::span<const std::byte> head) {
  TextCheck text;
  return text.feed(head) ? "plain text" : "data of an unknown kind";
}

std::string_view describe_open_xml(std::string_view type) {
  if (type == kDocxType) return "a Word document";
  if (type == kXlsxType) return "an Excel workbook";
  if (type == kPptxType) return "a PowerPoint presentation";
  return "an Office document";
}

}  // namespace

Signature signature_of(std::span<const std::byte> bytes) {
  const std::string_view head = as_text(bytes.first(std::min(bytes.size(), kHeadSize)));
  if (!program_name(head).empty()) return Signature::Program;
  for (const PlainMagic& magic : kPlain) {
    if (head.starts_with(magic.bytes)) return magic.signature;
  }
  if (const Signature found = of_structure(head); found != Signature::Unknown) return found;
  return head.substr(0, kPdfSearch).find("%PDF-") != std::string_view::npos ? Signature::Pdf : Signature::Unknown;
}

std::string_view describe(Signature signature, std::span<const std::byte> head) {
  switch (signature) {
    case Signature::Unknown: return describe_unknown(head);
    case Signature::Jpeg: return "a JPEG picture";
    case Signature::Png: return "a PNG picture";
    case Signature::Gif: return "a GIF picture";
    case Signature::WebP: return "a WebP picture";
    case Signature::Avif: return "an AVIF picture";
    case Signature::Heic: return "a HEIC picture";
    case Signature::Tiff: return "a TIFF picture";
    case Signature::Bmp: return "a BMP picture";
    case Signature::Pdf: return "a PDF document";
    case Signature::Ole2: return "an Office 97 document";
    case Signature::Zip: return "a ZIP archive";
    case Signature::OpenXml: return describe_open_xml(named_type(signature, head));
    case Signature::OpenDocument: return "an OpenDocument file";
    case Signature::Rtf: return "a rich text document";
    case Signature::Mp4: return "an MP4 or QuickTime film";
    case Signature::WebM: return "a WebM film";
    case Signature::Mp3: return "an MP3 recording";
    case Signature::Gzip: return "a gzip archive";
    case Signature::PostScript: return "a PostScript document";
    case Signature::Program: {
      const std::string_view name = program_name(as_text(head));
      return name.empty() ? "a program" : name;
    }
  }
  return "data of an unknown kind";
}

std::string_view named_type(Signature signature, std::span<const std::byte> head) {
  if (signature == Signature::OpenXml) return open_xml_type(as_text(head));
  if (signature == Signature::OpenDocument) return open_document_type(as_text(head));
  return {};
}

bool may_begin_text(Signature signature, std::span<const std::byte> bytes) {
  const std::string_view head = as_text(bytes);
  switch (signature) {
    case Signature::Unknown:
    case Signature::Mp3: return true;
    case Signature::Program: return head.starts_with("#!") || head.starts_with("MZ");
    case Signature::Pdf: return !head.starts_with("%PDF-");
    default: return false;
  }
}

}  // namespace holdall::attachment
