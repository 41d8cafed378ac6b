#include "worker/engines/text.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/encoding.h"
#include "media/protocol/descriptors.h"
#include "media/protocol/text_pages.h"
#include "worker/engines/testing/pages.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::PageWord;
using media::protocol::Reply;
using media::protocol::TextOrder;
using media::protocol::TextPage;
using media::protocol::TextType;
using testing::file_with;
using testing::pages_in;

std::string zip(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string bytes(16 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : parts) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

std::string word_document(std::string_view body) {
  return zip({{"[Content_Types].xml", "<Types/>"},
              {"word/document.xml", "<w:document><w:body>" + std::string(body) + "</w:body></w:document>"}});
}

// One page for each text, set in Helvetica at the left upper corner.
std::string pdf(const std::vector<std::string>& texts) {
  std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R>>", "",
                                      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
  std::string kids;
  for (const std::string& text : texts) {
    const std::string content = "BT /F 20 Tf 40 740 Td (" + text + ") Tj ET";
    kids += std::to_string(objects.size() + 1) + " 0 R ";
    objects.push_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents " + std::to_string(objects.size() + 2) +
                      " 0 R/Resources<</Font<</F 3 0 R>>>>>>");
    objects.push_back("<</Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream");
  }
  objects[1] = "<</Type/Pages/Count " + std::to_string(texts.size()) + "/Kids[" + kids + "]>>";
  std::string bytes = "%PDF-1.4\n";
  for (std::size_t i = 0; i < objects.size(); ++i)
    bytes += std::to_string(i + 1) + " 0 obj" + objects[i] + " endobj\n";
  return bytes + "trailer<</Size " + std::to_string(objects.size() + 1) + "/Root 1 0 R>>\n%%EOF\n";
}

class TextTest : public ::testing::Test {
 protected:
  Reply read(TextType type, std::string_view bytes) {
    const auto input = file_with(bytes);
    const media::protocol::OwnedDescriptor output(::memfd_create("test", MFD_CLOEXEC));
    const Reply reply =
        read_text({.source = type, .most_pages = most_pages_, .most_bytes = most_bytes_}, input.get(), output.get());
    pages_ = pages_in(output.get());
    text_.clear();
    for (const TextPage& page : pages_)
      text_ += page.text;
    return reply;
  }

  Outcome outcome_of(TextType type, std::string_view bytes) { return read(type, bytes).outcome; }

  std::uint32_t most_pages_ = 100;
  std::uint64_t most_bytes_ = 1 << 20;
  std::vector<TextPage> pages_;
  std::string text_;
};

TEST_F(TextTest, OfAFileIsReadInWhateverEncoding) {
  const std::string german = "Größe: 12 Stück für Überseekoffer, schön verpackt; Änderungen übermorgen möglich.\n";
  const std::string latin1 =
      "Gr\xF6\xDF"
      "e: 12 St\xFC"
      "ck f\xFCr \xDC"
      "berseekoffer, sch\xF6n verpackt; \xC4nderungen \xFC"
      "bermorgen "
      "m\xF6glich.\n";
  EXPECT_EQ(outcome_of(TextType::Plain, german), Outcome::Done);
  EXPECT_EQ(text_, german);
  EXPECT_EQ(outcome_of(TextType::Plain, "\xEF\xBB\xBF" + german), Outcome::Done);
  EXPECT_EQ(text_, german);
  EXPECT_EQ(outcome_of(TextType::Plain, latin1), Outcome::Done);
  EXPECT_EQ(text_, german);
  EXPECT_EQ(outcome_of(TextType::Plain, std::string_view("\xFF\xFEH\0i\0", 6)), Outcome::Done);
  EXPECT_EQ(text_, "Hi");
}

TEST_F(TextTest, ComesInPartsThatEndWithALine) {
  std::string text;
  while (text.size() < 200'000)
    text += "line " + std::to_string(text.size()) + '\n';
  EXPECT_EQ(outcome_of(TextType::Plain, text), Outcome::Done);
  EXPECT_EQ(text_, text);
  ASSERT_EQ(pages_.size(), 4U);
  for (const TextPage& page : pages_)
    EXPECT_TRUE(page.text.ends_with('\n'));
  EXPECT_EQ(outcome_of(TextType::Plain, std::string(100'000, 'x')), Outcome::Done);
  EXPECT_EQ(text_.size(), 100'000U);
}

TEST_F(TextTest, SaysWhenThereIsMoreThanIsWanted) {
  most_bytes_ = 100;
  EXPECT_EQ(read(TextType::Plain, std::string(101, 'x')).is_truncated, 1U);
  EXPECT_EQ(text_.size(), 100U);
  EXPECT_EQ(read(TextType::Plain, std::string(100, 'x')).is_truncated, 0U);
  most_pages_ = 2;
  const Reply reply = read(TextType::Pdf, pdf({"one", "two", "three"}));
  EXPECT_EQ(reply.is_truncated, 1U);
  EXPECT_EQ(reply.pages, 3U);
  EXPECT_EQ(pages_.size(), 2U);
}

TEST_F(TextTest, OfADocumentComesPageByPageWithThePlaceOfEachWord) {
  const Reply reply = read(TextType::Pdf, pdf({"Hello wide world", "", "third"}));
  ASSERT_EQ(reply.outcome, Outcome::Done) << reason_of(reply);
  ASSERT_EQ(pages_.size(), 3U);
  EXPECT_EQ(trim(pages_[0].text), "Hello wide world");
  EXPECT_EQ(pages_[1].text, "");
  ASSERT_EQ(pages_[0].words.size(), 3U);
  const PageWord& wide = pages_[0].words[1];
  EXPECT_EQ(pages_[0].text.substr(wide.begin, wide.length), "wide");
  // Set at 40 points from the left and 60 from the top, on a page of 600 by 800.
  EXPECT_NEAR(pages_[0].words[0].left / 65535.0, 40 / 600.0, 0.01);
  EXPECT_NEAR(pages_[0].words[0].bottom / 65535.0, 60 / 800.0, 0.02);
  EXPECT_GT(wide.left, pages_[0].words[0].right);
}

TEST_F(TextTest, OfAWordDocumentIsItsParagraphs) {
  EXPECT_EQ(outcome_of(TextType::Word,
                       word_document("<w:p><w:r><w:t>Dear </w:t></w:r><w:r><w:t>Sir&amp;Madam</w:t></w:r></w:p>"
                                     "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
                                     "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>")),
            Outcome::Done);
  EXPECT_EQ(text_, "Dear Sir&Madam\na\tb\nc\n");
}

TEST_F(TextTest, OfASheetIsItsCells) {
  EXPECT_EQ(
      outcome_of(
          TextType::Sheet,
          zip({{"xl/sharedStrings.xml", "<sst><si><t>Name</t></si><si><r><t>Pri</t></r><r><t>ce</t></r></si></sst>"},
               {"xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"
                "<row><c t=\"inlineStr\"><is><t>Tea</t></is></c><c><f>1+1</f><v>2</v></c></row>"
                "<row><c t=\"s\"><v>99999999</v></c></row></sheetData></worksheet>"}})),
      Outcome::Done);
  EXPECT_EQ(text_, "Name\tPrice\nTea\t2\n");
}

TEST_F(TextTest, OfSlidesIsAPageForEach) {
  const auto slide = [](std::string_view text) {
    return "<p:sld><a:p><a:r><a:t>" + std::string(text) + "</a:t></a:r></a:p></p:sld>";
  };
  EXPECT_EQ(outcome_of(TextType::Slides, zip({{"ppt/slides/slide10.xml", slide("ten")},
                                              {"ppt/slides/slide2.xml", slide("two")},
                                              {"ppt/notesSlides/notesSlide2.xml", slide("a note")}})),
            Outcome::Done);
  ASSERT_EQ(pages_.size(), 2U);
  EXPECT_EQ(pages_[0].text, "two\na note\n");
  EXPECT_EQ(pages_[1].text, "ten\n");
}

TEST_F(TextTest, OfAnOpenDocumentIsItsParagraphs) {
  EXPECT_EQ(
      outcome_of(TextType::OpenDocument,
                 zip({{"content.xml",
                       "<office:body><text:h>Title</text:h>\n <text:p>a<text:s text:c=\"3\"/>b<text:tab/>c</text:p>"
                       "<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
                       "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></office:body>"}})),
      Outcome::Done);
  EXPECT_EQ(text_, "Title\na   b\tc\n1\t2\n");
}

TEST_F(TextTest, WantsNoPassword) {
  EXPECT_EQ(outcome_of(TextType::Word, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), Outcome::Locked);
  EXPECT_EQ(outcome_of(TextType::OpenDocument,
                       zip({{"META-INF/manifest.xml", "<manifest:encryption-data/>"}, {"content.xml", "\x01\x02"}})),
            Outcome::Locked);
}

// Promise 8: a package that is more than it seems fails, whatever it says of its size.
TEST_F(TextTest, Promise8BombsAreNotInflated) {
  const std::string bomb(100 << 20, ' ');
  EXPECT_EQ(outcome_of(TextType::Word, zip({{"word/document.xml", bomb}})), Outcome::Failed);
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 4; ++i)
    many.emplace_back("word/header" + std::to_string(i) + ".xml", std::string(60 << 20, ' '));
  EXPECT_EQ(outcome_of(TextType::Word, zip(many)), Outcome::Failed);
}

TEST_F(TextTest, Promise8DepthAndEntitiesCostNothing) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i)
    deep += "<w:p>";
  EXPECT_NE(outcome_of(TextType::Word, zip({{"word/document.xml", deep}})), Outcome::Locked);
  const std::string laughs =
      "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
      "<w:p><w:t>&b;&e;</w:t></w:p>";
  EXPECT_EQ(outcome_of(TextType::Word, zip({{"word/document.xml", laughs}})), Outcome::Done);
  EXPECT_EQ(text_, "&b;&e;\n");
}

TEST_F(TextTest, Promise8BrokenBytesAreAnOutcome) {
  const std::vector<std::pair<TextType, std::string>> wholes = {
      {TextType::Pdf, pdf({"one", "two"})},
      {TextType::Word, word_document("<w:p><w:t>text</w:t></w:p>")},
      {TextType::Sheet, zip({{"xl/worksheets/sheet1.xml", "<row><c><v>1</v></c></row>"}})},
      {TextType::OpenDocument, zip({{"content.xml", "<text:p>x</text:p>"}})}};
  for (const auto& [type, whole] : wholes) {
    EXPECT_EQ(outcome_of(type, whole), Outcome::Done);
    for (std::size_t length = 0; length < whole.size(); length += 13) {
      const Outcome outcome = outcome_of(type, std::string_view(whole).substr(0, length));
      EXPECT_TRUE(outcome == Outcome::Done || outcome == Outcome::Unreadable) << length;
    }
  }
  EXPECT_EQ(outcome_of(TextType::Word, ""), Outcome::Unreadable);
  EXPECT_EQ(outcome_of(TextType::Plain, ""), Outcome::Done);
  EXPECT_EQ(outcome_of(TextType::Slides, zip({{"word/document.xml", "<x/>"}})), Outcome::Unreadable);
}

}  // namespace
}  // namespace holdall::worker::engines
