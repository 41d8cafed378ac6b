#include "worker/engines/ocr/recognise.h"

#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <vips/vips.h>

#include "base/encoding.h"
#include "worker/engines/picture.h"
#include "worker/engines/testing/pages.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Outcome;
using media::protocol::OwnedDescriptor;
using media::protocol::PageWord;
using media::protocol::PictureType;
using media::protocol::RecognitionOrder;
using media::protocol::Reply;
using media::protocol::TextPage;
using media::protocol::TextSource;

constexpr const char* kLines =
    "The committee met on Tuesday and agreed\n"
    "that the invoice of March should be paid\n"
    "before the end of the following month.";

class RecogniseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { warm_up(); }

  // A scan: the lines in black on white paper, turned.
  static OwnedDescriptor scan(VipsAngle angle) {
    VipsImage *letters = nullptr, *ink = nullptr, *paper = nullptr, *turned = nullptr;
    EXPECT_EQ(vips_text(&letters, kLines, "font", "Liberation Serif 12", "dpi", 200, nullptr), 0)
        << vips_error_buffer();
    EXPECT_EQ(vips_invert(letters, &ink, nullptr), 0);
    const double white = 255;
    VipsArrayDouble* background = vips_array_double_new(&white, 1);
    EXPECT_EQ(vips_embed(ink, &paper, 120, 90, vips_image_get_width(ink) + 240, vips_image_get_height(ink) + 180,
                         "extend", VIPS_EXTEND_BACKGROUND, "background", background, nullptr),
              0);
    vips_area_unref(VIPS_AREA(background));
    EXPECT_EQ(vips_rot(paper, &turned, angle, nullptr), 0);
    void* bytes = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(vips_pngsave_buffer(turned, &bytes, &size, nullptr), 0) << vips_error_buffer();
    for (VipsImage* image : {letters, ink, paper, turned})
      g_object_unref(image);
    OwnedDescriptor file = testing::file_with({static_cast<const char*>(bytes), size});
    g_free(bytes);
    return file;
  }

  Reply recognise(const OwnedDescriptor& input, std::string_view languages = "eng") {
    RecognitionOrder order{.source = PictureType::Png, .page = 1, .max_pixels = 10'000'000};
    EXPECT_TRUE(set_languages(order, languages));
    const OwnedDescriptor output(::memfd_create("test", MFD_CLOEXEC));
    const Reply reply = engines::recognise(order, input.get(), output.get());
    pages_ = testing::pages_in(output.get());
    return reply;
  }

  std::vector<TextPage> pages_;
};

TEST_F(RecogniseTest, FindsTheLettersAndWhereTheyStand) {
  const Reply reply = recognise(scan(VIPS_ANGLE_D0));
  ASSERT_EQ(reply.outcome, Outcome::Done) << reason_of(reply);
  ASSERT_EQ(pages_.size(), 1U);
  const TextPage& page = pages_[0];
  EXPECT_EQ(page.source, TextSource::Recognised);
  EXPECT_EQ(page.text, std::string(kLines) + "\n");
  EXPECT_GT(page.confidence, 85);
  ASSERT_EQ(page.words.size(), 22U);
  const PageWord &first = page.words.front(), &last = page.words.back();
  EXPECT_EQ(page.text.substr(last.begin, last.length), "month.");
  EXPECT_LT(first.top, last.top);
  EXPECT_LT(first.left, 65535 / 4);
  EXPECT_GT(last.bottom, 65535 / 2);
}

TEST_F(RecogniseTest, ReadsWhatLiesOnItsSideOrHead) {
  for (const VipsAngle angle : {VIPS_ANGLE_D90, VIPS_ANGLE_D180, VIPS_ANGLE_D270}) {
    ASSERT_EQ(recognise(scan(angle)).outcome, Outcome::Done);
    ASSERT_EQ(pages_.size(), 1U);
    EXPECT_TRUE(pages_[0].text.contains("the invoice of March should be paid")) << pages_[0].text;
  }
}

TEST_F(RecogniseTest, WantsAllOfItsLanguages) {
  EXPECT_EQ(recognise(scan(VIPS_ANGLE_D0), "eng+xyz").outcome, Outcome::Unsupported);
  EXPECT_EQ(recognise(scan(VIPS_ANGLE_D0), "xyz").outcome, Outcome::Unsupported);
  EXPECT_TRUE(pages_.empty());
}

TEST_F(RecogniseTest, Promise8BrokenBytesAreAnOutcome) {
  EXPECT_EQ(recognise(testing::file_with("\x89PNG\r\n\x1a\n")).outcome, Outcome::Unreadable);
  EXPECT_EQ(recognise(testing::file_with("")).outcome, Outcome::Unreadable);
}

}  // namespace
}  // namespace holdall::worker::engines
