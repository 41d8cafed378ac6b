#pragma once
// What the first bytes of a file show it to be, by an own small table: magic numbers of the types that are taken by
// default and their neighbours, and of what must never pass for them (programs, scripts). Pure; any bytes may come.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace holdall::attachment {

/// What the head of a file shows. Several types may share one: DOCX, XLSX and ZIP are all Zip to start with.
enum class Signature : std::uint8_t {
  Unknown,  ///< nothing in the table; may still be text
  Jpeg,
  Png,
  Gif,
  WebP,
  Avif,
  Heic,
  Tiff,
  Bmp,
  Pdf,
  Ole2,  ///< DOC, XLS, PPT, MSG; also the wrapping of a DOCX, XLSX or PPTX with a password
  Zip,
  OpenXml,       ///< a ZIP whose first entries are an OOXML package's
  OpenDocument,  ///< a ZIP that begins with an uncompressed `mimetype` entry
  Rtf,
  Mp4,  ///< and QuickTime
  WebM,
  Mp3,
  Gzip,
  PostScript,
  Program,  ///< MZ, ELF, Mach-O, Java class, WebAssembly, Android DEX, Windows shortcut, `#!`
};

/// How much of a file is looked at.
inline constexpr std::size_t kHeadSize = 4096;

/// `head` is the first kHeadSize bytes of a file, or all of a shorter one.
Signature signature_of(std::span<const std::byte> head);

/// "a Windows program", "a PNG picture": for a sentence a person reads.
std::string_view describe(Signature signature, std::span<const std::byte> head);

/// The media type of the one member of a family that the head names: for OpenXml by the folder its parts lie in, for
/// OpenDocument by its `mimetype` entry; empty when it names none, and for every other signature.
std::string_view named_type(Signature signature, std::span<const std::byte> head);

/// Whether a text may begin with what shows as that signature: `#!` and "MZ" are programs elsewhere and words in a
/// text, "%PDF-" means something at the very beginning only, two bytes of MP3 are letters of an 8-bit alphabet.
bool may_begin_text(Signature signature, std::span<const std::byte> head);

}  // namespace holdall::attachment
