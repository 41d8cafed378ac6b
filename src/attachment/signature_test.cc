#include "attachment/signature.h"

#include <string>

#include <gtest/gtest.h>

#include "attachment/testing/sample_files.h"
#include "attachment/zip_head.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_literals;

struct Row {
  std::string head;
  Signature signature;
  std::string_view description;
};

TEST(Signature, KnowsTheTypesOfTheTable) {
  const Row table[] = {
      {"\xFF\xD8\xFF\xE0", Signature::Jpeg, "a JPEG picture"},
      {testing::png(), Signature::Png, "a PNG picture"},
      {"GIF87a", Signature::Gif, "a GIF picture"},
      {"GIF89a", Signature::Gif, "a GIF picture"},
      {"RIFF\x1A\0\0\0WEBPVP8 "s, Signature::WebP, "a WebP picture"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0avifmif1"s,
       Signature::Avif, "an AVIF picture"},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0mif1heic"s,
       Signature::Heic, "a HEIC picture"},
      {"\0\0\0\x14"
       "ftypmif1\0\0\0\0mif1"s,
       Signature::Heic, "a HEIC picture"},
      {"\0\0\0\x18"
       "ftypisom\0\0\2\0isommp42"s,
       Signature::Mp4, "an MP4 or QuickTime film"},
      {"\0\0\0\x14"
       "ftypqt  \0\0\2\0qt  "s,
       Signature::Mp4, "an MP4 or QuickTime film"},
      {"\0\0\0\x08wide\0\0\0\0mdat"s, Signature::Mp4, "an MP4 or QuickTime film"},
      {"II*\0\x08\0\0\0"s, Signature::Tiff, "a TIFF picture"},
      {"MM\0*\0\0\0\x08"s, Signature::Tiff, "a TIFF picture"},
      {testing::bmp(), Signature::Bmp, "a BMP picture"},
      {"%PDF-1.7\n", Signature::Pdf, "a PDF document"},
      {std::string(1019, ' ') + "%PDF-1.4", Signature::Pdf, "a PDF document"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Signature::Ole2, "an Office 97 document"},
      {"{\\rtf1\\ansi}", Signature::Rtf, "a rich text document"},
      {"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84webm", Signature::WebM, "a WebM film"},
      {"ID3\x04\0\0\0\0\x02\x01"s, Signature::Mp3, "an MP3 recording"},
      {"\xFF\xFB\x90\x64", Signature::Mp3, "an MP3 recording"},
      {"\x1F\x8B\x08\0"s, Signature::Gzip, "a gzip archive"},
      {"%!PS-Adobe-3.0", Signature::PostScript, "a PostScript document"},
      {"PK\x05\x06" + std::string(18, '\0'), Signature::Zip, "a ZIP archive"},
      {testing::zip_entry("notes.txt", "hello"), Signature::Zip, "a ZIP archive"},
      {testing::zip_entry("word/document.xml", "<x/>"), Signature::OpenXml, "a Word document"},
      {testing::zip_entry("[Content_Types].xml", "<x/>"), Signature::OpenXml, "an Office document"},
      {testing::zip_entry("mimetype", kOdtType), Signature::OpenDocument, "an OpenDocument file"},
      {"MZ\x90\0"s, Signature::Program, "a Windows program"},
      {"\x7F"
       "ELF\x02",
       Signature::Program, "a Linux program"},
      {"\xCF\xFA\xED\xFE", Signature::Program, "a Mac program"},
      {"\xCA\xFE\xBA\xBE\0\0\0\x41"s, Signature::Program, "a Java or Mac program"},
      {"\0asm\x01"s, Signature::Program, "a WebAssembly program"},
      {"dex\n035\0"s, Signature::Program, "an Android program"},
      {"L\0\0\0\x01\x14\x02\0"s, Signature::Program, "a Windows shortcut"},
      {"#!/bin/sh\n", Signature::Program, "a script"},
  };
  for (const Row& row : table) {
    const auto head = as_bytes(row.head);
    EXPECT_EQ(signature_of(head), row.signature) << row.description;
    EXPECT_EQ(describe(signature_of(head), head), row.description);
  }
}

TEST(Signature, IsNotMisledByABeginning) {
  const std::string table[] = {
      "",
      "\xFF\xD8",
      "\x89PNG\r\n\x1A\n",  // no IHDR
      "GIF88a",
      "BM is how this sentence begins, not a picture",
      "RIFF in music: a short phrase",
      "the moov atom of a film",
      "12 mdat boxes",
      "ID3 is a tag",
      "ID3\x04\0\0\x80\0\0\0"s,                    // a size that is not sync-safe
      "\xFF\xFEh\0i\0"s,                           // UTF-16
      "\xFF\xFB\xF0\x64",                          // no such bit rate
      "\xFF\xFB\x9C\x64",                          // no such sampling rate
      "\xFF\xFB\x90\x64" + std::string(500, 'x'),  // no second frame
      "\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska",
      std::string(1020, ' ') + "%PDF-1.4",  // its last byte is the 1,025th
      "PK\x03",
      " MZ",
      "\0\0\0\x07"
      "ftypisom\0\0\0\0"s,
  };
  for (const std::string& head : table)
    EXPECT_EQ(signature_of(as_bytes(head)), Signature::Unknown) << head;
}

TEST(Signature, LooksForPdfOnlyWhereNothingElseStands) {
  EXPECT_EQ(signature_of(as_bytes("GIF89a%PDF-1.4")), Signature::Gif);
  EXPECT_EQ(signature_of(as_bytes("MZ%PDF-1.4")), Signature::Program);
  EXPECT_EQ(signature_of(as_bytes("\r\n%PDF-1.4")), Signature::Pdf);
}

TEST(Signature, TellsWhatUnknownBytesLookLike) {
  EXPECT_EQ(describe(Signature::Unknown, as_bytes("just words")), "plain text");
  EXPECT_EQ(describe(Signature::Unknown, as_bytes("\x01\x02\x03\x04\x05"s)), "data of an unknown kind");
}

TEST(ZipHead, NamesTheOfficeFormatByItsFirstPart) {
  const std::string types = testing::zip_entry("[Content_Types].xml", "<x/>");
  EXPECT_EQ(open_xml_type(types + testing::zip_entry("word/document.xml", "")), kDocxType);
  EXPECT_EQ(open_xml_type(types + testing::zip_entry("xl/workbook.xml", "")), kXlsxType);
  EXPECT_EQ(open_xml_type(types + testing::zip_entry("ppt\\presentation.xml", "")), kPptxType);
  EXPECT_EQ(open_xml_type(types), "");
  // A workbook embedded in a document does not make it one.
  EXPECT_EQ(open_xml_type(testing::zip_entry("word/embeddings/a.xlsx", testing::zip_entry("xl/workbook.xml", ""))),
            kDocxType);
}

TEST(ZipHead, SkipsContentWhoseLengthStandsBehindIt) {
  const std::string streamed = testing::zip_entry("docProps/app.xml", "compressed", testing::SizeIs::Behind);
  EXPECT_EQ(zip_signature(streamed), Signature::OpenXml);
  EXPECT_EQ(open_xml_type(streamed + testing::zip_entry("xl/workbook.xml", "")), kXlsxType);
}

TEST(ZipHead, NeedsThePartsOfAPackage) {
  EXPECT_EQ(zip_signature(testing::zip_entry("words/a.txt", "")), Signature::Zip);
  EXPECT_EQ(zip_signature(testing::zip_entry("word", "")), Signature::Zip);
  EXPECT_EQ(zip_signature(testing::zip_entry("holiday.jpg", testing::zip_entry("word/a.xml", ""))), Signature::Zip);
  EXPECT_EQ(zip_signature(testing::zip_entry("mimetype", "application/epub+zip")), Signature::Zip);
}

TEST(ZipHead, KnowsTheOpenDocumentTypes) {
  EXPECT_EQ(open_document_type(testing::zip_entry("mimetype", kOdtType)), kOdtType);
  EXPECT_EQ(open_document_type(testing::zip_entry("mimetype", kOdsType)), kOdsType);
  EXPECT_EQ(open_document_type(testing::zip_entry("mimetype", kOdpType, testing::SizeIs::Behind)), kOdpType);
  EXPECT_EQ(open_document_type(testing::zip_entry("mimetype", std::string(kOdtType) + "-template")),
            "application/vnd.oasis.opendocument");
}

TEST(ZipHead, BelievesNoLengthBeyondTheHead) {
  std::string entry = testing::zip_entry("word/document.xml", "");
  for (std::size_t size = 0; size <= entry.size(); ++size)
    signature_of(as_bytes(entry.substr(0, size)));
  for (std::size_t at = 18; at < 30; ++at)
    entry[at] = '\xFF';
  // A name of 65,535 bytes and a content of 4 GiB: what the head holds of the name still counts.
  EXPECT_EQ(zip_signature(entry), Signature::OpenXml);
  EXPECT_EQ(open_xml_type(entry), kDocxType);
  EXPECT_EQ(open_document_type(entry), "application/vnd.oasis.opendocument");
}

}  // namespace
}  // namespace holdall::attachment
