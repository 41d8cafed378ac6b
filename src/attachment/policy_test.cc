#include "attachment/policy.h"

#include <string>

#include <gtest/gtest.h>

#include "attachment/testing/sample_files.h"
#include "attachment/zip_head.h"
#include "base/encoding.h"

namespace holdall::attachment {
namespace {

using namespace std::string_literals;

/// The mime type a file is taken as, or the message of its refusal.
std::string outcome(const Collection& collection, const FileIntent& intent, std::string_view bytes) {
  auto file = Inspection::begin(collection, intent);
  if (!file) return file.error().message;
  if (const auto fed = file->feed(as_bytes(bytes)); !fed) return fed.error().message;
  if (const auto ended = file->finish(); !ended) return ended.error().message;
  EXPECT_EQ(file->size(), bytes.size());
  return file->mime_type();
}

std::string outcome(const Collection& collection, std::string_view filename, std::string_view bytes) {
  return outcome(collection, {.filename = std::string(filename), .declared_type = {}, .declared_size = {}}, bytes);
}

Collection allowing(std::vector<std::string> types) { return {.allowed_types = std::move(types)}; }

const std::string kProgram = "MZ\x90\0\x03\0\0\0"s + std::string(100, '\0');

TEST(PolicyNames, LastExtensionMustBeAllowed) {
  const Collection standard;
  EXPECT_EQ(outcome(standard, "a.txt", "x"), "text/plain");
  EXPECT_EQ(outcome(standard, "A.TXT", "x"), "text/plain");
  EXPECT_EQ(outcome(standard, ".txt", "x"), "text/plain");
  EXPECT_EQ(outcome(standard, "a.txt.", "x"), "text/plain");
  EXPECT_EQ(outcome(standard, "virus.exe", kProgram), "File type .exe not allowed");
  EXPECT_EQ(outcome(standard, "VIRUS.EXE", kProgram), "File type .exe not allowed");
  EXPECT_EQ(outcome(standard, "a.webp", "x"), "File type .webp not allowed");
  EXPECT_EQ(outcome(standard, "a.txt.bin", "x"), "File type .bin not allowed");
  EXPECT_EQ(outcome(standard, "README", "x"), "File type (none) not allowed");
  EXPECT_EQ(outcome(standard, "a.txt ", "x"), "text/plain");
}

TEST(PolicyNames, RefusalListsWhatIsAllowed) {
  const auto refused =
      Inspection::begin(allowing({".txt", "image/*"}), {.filename = "a", .declared_type = {}, .declared_size = {}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
  EXPECT_EQ(refused.error().code, "file-type-not-allowed");
  ASSERT_EQ(refused.error().details.size(), 1U);
  EXPECT_EQ(refused.error().details[0].first, "allowed");
  EXPECT_EQ(std::get<std::vector<std::string>>(refused.error().details[0].second),
            (std::vector<std::string>{".txt", "image/*"}));
}

TEST(PolicyNames, NoSegmentMayBeDangerous) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"shell.php.txt", "File type .php not allowed"},      {"a.PHP5.txt", "File type .php5 not allowed"},
      {"page.html.txt", "File type .html not allowed"},     {"x.exe .txt", "File type .exe not allowed"},
      {"x.txt.exe. .", "File type .exe not allowed"},       {"x.asp;.txt", "File type .asp not allowed"},
      {"x.exe:.txt", "File type .exe not allowed"},         {".htaccess", "File type .htaccess not allowed"},
      {".htaccess.txt", "File type .htaccess not allowed"}, {"a.svgz.txt", "File type .svgz not allowed"},
  };
  for (const auto& [name, message] : table)
    EXPECT_EQ(outcome(Collection{}, name, "x"), message);
  for (const std::string_view name :
       {"example.com.txt", "v1.2.report.txt", "a.b.c.txt", "Node.js for all.txt", "mail.pl.txt", "logo.svg.txt"})
    EXPECT_EQ(outcome(Collection{}, name, "x"), "text/plain") << name;
  EXPECT_EQ(outcome(allowing({".txt", ".php"}), "shell.php.txt", "x"), "text/plain");
}

TEST(PolicyNames, CollectionsNameTypesInThreeWays) {
  EXPECT_EQ(outcome(allowing({"image/*"}), "a.png", testing::png()), "image/png");
  EXPECT_EQ(outcome(allowing({"IMAGE/PNG"}), "a.png", testing::png()), "image/png");
  EXPECT_EQ(outcome(allowing({".PNG"}), "a.png", testing::png()), "image/png");
  EXPECT_EQ(outcome(allowing({"image/*"}), "a.txt", "x"), "File type .txt not allowed");
  EXPECT_EQ(outcome(allowing({"image/pn"}), "a.png", testing::png()), "File type .png not allowed");
  EXPECT_EQ(outcome(allowing({"*"}), "a.png", testing::png()), "image/png");
  EXPECT_EQ(outcome(allowing({"*"}), "README", "x"), "application/octet-stream");
  EXPECT_EQ(outcome(allowing({}), "a.txt", "x"), "File type .txt not allowed");
}

TEST(PolicyNames, WhatRunsWhereItIsOpenedNeedsItsOwnExtension) {
  for (const std::string_view broad : {"*", "image/*", "image/svg+xml", "text/*", "text/html"}) {
    EXPECT_EQ(outcome(allowing({std::string(broad)}), "a.svg", "<svg/>"), "File type .svg not allowed") << broad;
    EXPECT_EQ(outcome(allowing({std::string(broad)}), "a.html", "<p>"), "File type .html not allowed") << broad;
  }
  EXPECT_EQ(outcome(allowing({".svg"}), "a.svg", "<svg/>"), "image/svg+xml");
  EXPECT_EQ(outcome(allowing({".html"}), "a.html", "<p>"), "text/html");
  EXPECT_EQ(outcome(allowing({"*"}), "a.js", "x"), "File type .js not allowed");
  EXPECT_EQ(outcome(allowing({".js"}), "a.js", "x"), "application/octet-stream");
}

TEST(PolicyDeclaration, MustNotContradictTheName) {
  const auto sent = [](std::string_view name, std::string_view type, std::string_view bytes) {
    return outcome(Collection{},
                   {.filename = std::string(name), .declared_type = std::string(type), .declared_size = {}}, bytes);
  };
  EXPECT_EQ(sent("a.jpg", "image/png", "\xFF\xD8\xFF"),
            "a.jpg was sent as another type than its name says, image/jpeg.");
  EXPECT_EQ(sent("a.txt", "text/html", "x"), "a.txt was sent as another type than its name says, text/plain.");
  EXPECT_EQ(sent("a.jpg", "image/jpg; q=1", "\xFF\xD8\xFF"), "image/jpeg");
  EXPECT_EQ(sent("a.txt", "application/octet-stream", "x"), "text/plain");
  EXPECT_EQ(sent("virus.exe", "image/png", "x"), "File type .exe not allowed");
}

TEST(PolicyContent, MustFitTheName) {
  const Collection standard;
  const std::string docx =
      testing::zip_entry("[Content_Types].xml", "<x/>") + testing::zip_entry("word/document.xml", "<x/>");
  const std::string xlsx =
      testing::zip_entry("[Content_Types].xml", "<x/>") + testing::zip_entry("xl/workbook.xml", "<x/>");
  EXPECT_EQ(outcome(standard, "a.jpg", "\xFF\xD8\xFF\xE0"), "image/jpeg");
  EXPECT_EQ(outcome(standard, "a.gif", "GIF89a"), "image/gif");
  EXPECT_EQ(outcome(standard, "a.pdf", "%PDF-1.4"), "application/pdf");
  EXPECT_EQ(outcome(standard, "a.docx", docx), kDocxType);
  EXPECT_EQ(outcome(standard, "photo.jpg", kProgram), "The content of photo.jpg is a Windows program, not image/jpeg.");
  EXPECT_EQ(outcome(standard, "photo.jpg", testing::png()),
            "The content of photo.jpg is a PNG picture, not image/jpeg.");
  EXPECT_EQ(outcome(standard, "a.png", "<html>"), "The content of a.png is plain text, not image/png.");
  EXPECT_EQ(outcome(standard, "a.pdf", "\x01\x02\x03\x04"),
            "The content of a.pdf is data of an unknown kind, not application/pdf.");
  EXPECT_EQ(outcome(standard, "a.docx", xlsx),
            "The content of a.docx is an Excel workbook, not " + std::string(kDocxType) + ".");
  EXPECT_EQ(outcome(standard, "a.docx", testing::zip_entry("a.txt", "x")),
            "The content of a.docx is a ZIP archive, not " + std::string(kDocxType) + ".");
  EXPECT_EQ(outcome(standard, "a.doc", docx), "The content of a.doc is a Word document, not application/msword.");
  EXPECT_EQ(outcome(allowing({".ods"}), "a.ods", testing::zip_entry("mimetype", kOdtType)),
            "The content of a.ods is an OpenDocument file, not " + std::string(kOdsType) + ".");
  EXPECT_EQ(outcome(standard, "a.doc", "{\\rtf1}"),
            "The content of a.doc is a rich text document, not application/msword.");
  EXPECT_EQ(outcome(standard, "a.doc", "<html>"), "The content of a.doc is plain text, not application/msword.");
  EXPECT_EQ(outcome(allowing({".zip"}), "a.zip", docx), "application/zip");
}

TEST(PolicyContent, Office97FilesAreToldByTheirDirectory) {
  const auto with = [](std::string_view stream, std::uint32_t sector = 1) {
    return testing::ole({{.name = "Root Entry", .child = 1}, {.name = stream}}, sector);
  };
  const Collection office = allowing({".doc", ".xls", ".docx", ".dat"});
  EXPECT_EQ(outcome(office, "a.doc", with("WordDocument")), "application/msword");
  EXPECT_EQ(outcome(office, "a.doc", with("Contents")), "application/msword");
  EXPECT_EQ(outcome(office, "a.doc", with("Workbook", 40)),
            "The content of a.doc is an Excel 97 workbook, not application/msword.");
  EXPECT_EQ(outcome(office, "a.xls", with("Workbook", 40)), "application/vnd.ms-excel");
  EXPECT_EQ(outcome(office, "a.docx", with("EncryptedPackage")), kDocxType);
  EXPECT_EQ(outcome(office, "a.docx", with("WordDocument")),
            "The content of a.docx is a Word 97 document, not " + std::string(kDocxType) + ".");
  std::string installer = testing::ole({{.name = "Root Entry"}}, 40);
  installer.replace(41 * 512 + 80, 16, "\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s);
  EXPECT_EQ(outcome(office, "a.doc", installer),
            "The content of a.doc is a Windows installer, not application/msword.");
  EXPECT_EQ(outcome(office, "a.dat", installer),
            "The content of a.dat is a Windows installer; programs are not taken here.");
}

TEST(PolicyContent, ProgramsAreTakenOnlyByTheirOwnExtension) {
  for (const std::string_view types : {"*", ".bin"}) {
    EXPECT_EQ(outcome(allowing({std::string(types)}), "a.bin", "\x01\x02"), "application/octet-stream");
    EXPECT_EQ(outcome(allowing({std::string(types)}), "a.bin", kProgram),
              "The content of a.bin is a Windows program; programs are not taken here.");
    EXPECT_EQ(outcome(allowing({std::string(types)}), "a.bin", "#!/bin/sh"),
              "The content of a.bin is a script; programs are not taken here.");
  }
  EXPECT_EQ(outcome(allowing({"*"}), "run.sh", "#!/bin/sh"),
            "The content of run.sh is a script; programs are not taken here.");
  EXPECT_EQ(outcome(allowing({"*"}), "run", "#!/bin/sh"),
            "The content of run is a script; programs are not taken here.");
  EXPECT_EQ(outcome(allowing({"*", ".sh"}), "run.sh", "#!/bin/sh"), "application/x-executable");
  EXPECT_EQ(outcome(allowing({".exe"}), "setup.exe", kProgram), "application/x-executable");
  EXPECT_EQ(outcome(allowing({"*", ".exe"}), "setup.jpg", kProgram),
            "The content of setup.jpg is a Windows program, not image/jpeg.");
}

TEST(PolicyText, WebPageCalledTxtIsTakenAsText) {
  EXPECT_EQ(outcome(Collection{}, "page.txt", "<!doctype html><script>alert(1)</script>"), "text/plain");
}

TEST(PolicyText, WordsThatBeginOtherFilesAreStillWords) {
  const Collection standard;
  for (const std::string_view text : {"#!/bin/sh\necho hello\n", "MZ is a beginning", "A %PDF-1.4 header", "BM",
                                      "ID3 tags", "Latin-1: \xE9t\xE9", "\xFF\xFB\x90\x64 in an old alphabet"})
    EXPECT_EQ(outcome(standard, "a.txt", text), "text/plain") << text;
  EXPECT_EQ(outcome(standard, "a.txt", "%PDF-1.4\n"), "The content of a.txt is a PDF document, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt", "{\\rtf1}"), "The content of a.txt is a rich text document, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt", "GIF89a"), "The content of a.txt is a GIF picture, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt", "%!PS-Adobe"), "The content of a.txt is a PostScript document, not text/plain.");
}

TEST(PolicyText, IsJudgedToTheLastByte) {
  const Collection standard;
  std::string text(100'000, 'a');
  EXPECT_EQ(outcome(standard, "a.txt", text), "text/plain");
  text.back() = '\0';
  EXPECT_EQ(outcome(standard, "a.txt", text), "The content of a.txt is binary data, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt", kProgram), "The content of a.txt is a Windows program, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt",
                    "\x7F"
                    "ELF\x02\x01\x01"),
            "The content of a.txt is a Linux program, not text/plain.");
  EXPECT_EQ(outcome(standard, "a.txt", "\xFF\xFEh\0i\0"s), "text/plain");
  EXPECT_EQ(outcome(standard, "a.txt", "\xFF\xFEh\0i"s), "The content of a.txt is binary data, not text/plain.");
}

TEST(PolicySize, LimitIsExact) {
  Collection small;
  small.max_file_size = 5000;
  const FileIntent exact{.filename = "a.txt", .declared_type = {}, .declared_size = 5000};
  const FileIntent over{.filename = "a.txt", .declared_type = {}, .declared_size = 5001};
  const FileIntent silent{.filename = "a.txt", .declared_type = {}, .declared_size = {}};
  EXPECT_EQ(outcome(small, exact, std::string(5000, 'a')), "text/plain");
  EXPECT_EQ(outcome(small, over, "a"), "File too large (max 5000 bytes)");
  EXPECT_EQ(outcome(small, silent, std::string(5001, 'a')), "File too large (max 5000 bytes)");
  auto grows = Inspection::begin(small, silent);
  ASSERT_TRUE(grows.has_value());
  EXPECT_TRUE(grows->feed(as_bytes(std::string(5000, 'a'))).has_value());
  const auto refused = grows->feed(as_bytes("a"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::TooLarge);
  EXPECT_EQ(refused.error().code, "file-too-large");
  ASSERT_EQ(refused.error().details.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(refused.error().details[0].second), 5000);
}

TEST(PolicySize, LimitIsSaidInTheWordsOfTheFoundingAnswer) {
  EXPECT_EQ(too_large(10 << 20).message, "File too large (max 10MB)");
  const std::pair<std::uint64_t, std::string_view> table[] = {
      {1, "1 byte"},        {1000, "1000 bytes"},   {1024, "1KB"},
      {512 << 10, "512KB"}, {1536 << 10, "1536KB"}, {10 << 20, "10MB"},
      {2ULL << 30, "2GB"},  {1ULL << 40, "1TB"},    {(1ULL << 40) + 1, "1099511627777 bytes"},
      {0, "0 bytes"},
  };
  for (const auto& [bytes, text] : table)
    EXPECT_EQ(limit_text(bytes), text);
}

TEST(PolicySize, EmptyFileIsRefused) {
  auto file = Inspection::begin(Collection{}, {.filename = "a.txt", .declared_type = {}, .declared_size = 0});
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE(file->feed({}).has_value());
  const auto ended = file->finish();
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().kind, ErrorKind::Unprocessable);
  EXPECT_EQ(ended.error().code, "file-empty");
  EXPECT_EQ(ended.error().message, "a.txt is empty; send a file of at least one byte.");
}

TEST(PolicyMessages, CutLongNamesBetweenCharacters) {
  const std::string name = std::string(79, 'a') + "é" + std::string(20, 'b') + ".jpg";
  EXPECT_EQ(outcome(Collection{}, name, kProgram),
            "The content of " + std::string(79, 'a') + "… is a Windows program, not image/jpeg.");
  EXPECT_EQ(outcome(Collection{}, "a." + std::string(200, 'x'), "x"),
            "File type ." + std::string(79, 'x') + "… not allowed");
}

TEST(PolicyRename, KeepsTheType) {
  const Collection standard;
  EXPECT_EQ(judge_rename(standard, "b.jpeg", "image/jpeg").value_or("refused"), "b.jpeg");
  EXPECT_EQ(judge_rename(standard, " x/c.txt ", "text/plain").value_or("refused"), "c.txt");
  const auto other = judge_rename(standard, "b.png", "image/jpeg");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, "type-mismatch");
  EXPECT_EQ(other.error().message, "The file is image/jpeg; b.png would name it something else.");
  EXPECT_EQ(judge_rename(standard, "b.exe", "image/jpeg").error().message, "File type .exe not allowed");
  EXPECT_EQ(judge_rename(standard, "b", "image/jpeg").error().message, "File type (none) not allowed");
  EXPECT_EQ(judge_rename(standard, "..", "image/jpeg").error().code, "filename-invalid");
}

TEST(PolicyRename, DoesNotHideAProgram) {
  const Collection open = allowing({"*", ".exe"});
  EXPECT_TRUE(judge_rename(open, "b.exe", kProgramType).has_value());
  EXPECT_FALSE(judge_rename(open, "b.bin", kProgramType).has_value());
  EXPECT_FALSE(judge_rename(open, "b.jpg", kOctetStream).has_value());
  EXPECT_TRUE(judge_rename(open, "b.dat", kOctetStream).has_value());
}

}  // namespace
}  // namespace holdall::attachment
