#include "attachment/file_type.h"

#include <gtest/gtest.h>

#include "attachment/zip_head.h"

namespace holdall::attachment {
namespace {

TEST(FileType, KnowsTypesByExtension) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},     {".png", "image/png"},
      {".gif", "image/gif"},       {".pdf", "application/pdf"}, {".doc", "application/msword"},
      {".docx", kDocxType},        {".txt", "text/plain"},      {".webp", "image/webp"},
      {".heic", "image/heic"},     {".xlsx", kXlsxType},        {".odt", kOdtType},
      {".csv", "text/csv"},        {".md", "text/markdown"},    {".mov", "video/quicktime"},
      {".eml", "message/rfc822"},  {".svg", "image/svg+xml"},   {".html", "text/html"},
      {".gz", "application/gzip"}, {".mp3", "audio/mpeg"},
  };
  for (const auto& [extension, mime_type] : table) {
    const auto type = type_of_extension(extension);
    ASSERT_TRUE(type.has_value()) << extension;
    EXPECT_EQ(type->mime_type, mime_type);
  }
  EXPECT_FALSE(type_of_extension(".bin").has_value());
  EXPECT_FALSE(type_of_extension("jpg").has_value());
  EXPECT_FALSE(type_of_extension("").has_value());
}

TEST(FileType, SaysWhichBytesATypeMayBeginWith) {
  EXPECT_TRUE(may_be("image/jpeg", Signature::Jpeg));
  EXPECT_FALSE(may_be("image/jpeg", Signature::Png));
  EXPECT_FALSE(may_be("image/jpeg", Signature::Unknown));
  EXPECT_TRUE(may_be("text/plain", Signature::Unknown));
  EXPECT_FALSE(may_be("text/plain", Signature::Pdf));
  EXPECT_TRUE(may_be(kDocxType, Signature::OpenXml));
  EXPECT_TRUE(may_be(kDocxType, Signature::Ole2));
  EXPECT_FALSE(may_be(kDocxType, Signature::Zip));
  EXPECT_FALSE(may_be("application/msword", Signature::OpenXml));
  EXPECT_TRUE(may_be("application/zip", Signature::OpenDocument));
  EXPECT_TRUE(may_be(kOctetStream, Signature::Unknown));
  EXPECT_FALSE(may_be(kOctetStream, Signature::Program));
  EXPECT_TRUE(may_be(kProgramType, Signature::Program));
}

struct Claim {
  std::string_view declared;
  std::string_view mime_type;
};

TEST(DeclaredType, AgreesByAnyOfItsNames) {
  const Claim table[] = {
      {"", "image/png"},
      {"application/octet-stream", "image/png"},
      {"APPLICATION/Octet-Stream; charset=binary", "image/png"},
      {"binary/octet-stream", "text/plain"},
      {"application/x-www-form-urlencoded", "application/pdf"},
      {"multipart/form-data; boundary=x", "application/pdf"},
      {"image/png", "image/png"},
      {" image/PNG ;x=y", "image/png"},
      {"image/jpg", "image/jpeg"},
      {"image/pjpeg", "image/jpeg"},
      {"image/x-png", "image/png"},
      {"application/x-pdf", "application/pdf"},
      {"application/zip", kDocxType},
      {"application/x-zip-compressed", kOdtType},
      {"application/x-zip-compressed", "application/zip"},
      {"text/plain; charset=utf-8", "text/plain"},
      {"text/markdown", "text/plain"},
      {"text/plain", "text/csv"},
      {"text/plain", "application/json"},
      {"text/plain", "text/html"},
      {"application/vnd.ms-excel", "text/csv"},
      {"application/msword", "application/rtf"},
      {"text/xml", "application/xml"},
      {"video/quicktime", "video/mp4"},
      {"image/png", kOctetStream},
  };
  for (const Claim& row : table)
    EXPECT_TRUE(declaration_agrees(row.declared, row.mime_type)) << row.declared << " for " << row.mime_type;
}

TEST(DeclaredType, ContradictsWhatItIsNot) {
  const Claim table[] = {
      {"image/png", "image/jpeg"},
      {"text/html", "text/plain"},
      {"TEXT/HTML; charset=utf-8", "text/plain"},
      {"text/xml", "text/plain"},
      {"text/javascript", "text/plain"},
      {"text/css", "text/plain"},
      {"text/x+xml", "text/plain"},
      {"application/javascript", "text/plain"},
      {"image/svg+xml", "image/png"},
      {"text/plain", "image/png"},
      {"text/plain", "application/pdf"},
      {"application/pdf", "text/plain"},
      {"application/zip", "application/pdf"},
      {"application/zip", "application/msword"},
      {"application/x-msdownload", "image/jpeg"},
      {"image", "image/png"},
      {"image/*", "image/png"},
      {"image/png image/jpeg", "image/png"},
  };
  for (const Claim& row : table)
    EXPECT_FALSE(declaration_agrees(row.declared, row.mime_type)) << row.declared << " for " << row.mime_type;
}

}  // namespace
}  // namespace holdall::attachment
