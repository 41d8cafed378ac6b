#include "worker/engines/picture.h"

#include <cstring>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vips/vips.h>

#include "media/protocol/descriptors.h"
#include "worker/engines/image/raster.h"

namespace holdall::worker::engines {
namespace {

using media::protocol::Fit;
using media::protocol::Outcome;
using media::protocol::OwnedDescriptor;
using media::protocol::PictureOrder;
using media::protocol::PictureType;
using media::protocol::Reply;

using Image = Owned<VipsImage>;

double kRed[] = {255, 0, 0};  // libvips wants to be able to write there
double kBlue[] = {0, 0, 255};

// Blue with a red corner at the top left: it tells which way is up.
Image marked_picture(int width, int height) {
  VipsImage* plain = nullptr;
  vips_black(&plain, width, height, "bands", 3, nullptr);
  VipsImage* srgb = nullptr;
  vips_copy(plain, &srgb, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  g_object_unref(plain);
  VipsImage* drawn = vips_image_copy_memory(srgb);
  g_object_unref(srgb);
  vips_draw_rect(drawn, kBlue, 3, 0, 0, width, height, "fill", TRUE, nullptr);
  vips_draw_rect(drawn, kRed, 3, 0, 0, width / 4, height / 4, "fill", TRUE, nullptr);
  return Image(drawn);
}

class PictureTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { warm_up(); }

  // What a camera stores for `orientation` when it wants `upright` to be seen.
  static Image as_stored(const Image& upright, int orientation) {
    VipsImage* stored = nullptr;
    const auto turn = [&](VipsImage* from, VipsAngle angle) { vips_rot(from, &stored, angle, nullptr); };
    const auto turn_flipped = [&](VipsAngle angle) {
      VipsImage* flipped = nullptr;
      vips_flip(upright.get(), &flipped, VIPS_DIRECTION_HORIZONTAL, nullptr);
      turn(flipped, angle);
      g_object_unref(flipped);
    };
    switch (orientation) {
      case 2: turn_flipped(VIPS_ANGLE_D0); break;
      case 3: turn(upright.get(), VIPS_ANGLE_D180); break;
      case 4: turn_flipped(VIPS_ANGLE_D180); break;
      case 5: turn_flipped(VIPS_ANGLE_D270); break;
      case 6: turn(upright.get(), VIPS_ANGLE_D270); break;
      case 7: turn_flipped(VIPS_ANGLE_D90); break;
      case 8: turn(upright.get(), VIPS_ANGLE_D90); break;
      default: turn(upright.get(), VIPS_ANGLE_D0); break;
    }
    VipsImage* tagged = vips_image_copy_memory(stored);
    g_object_unref(stored);
    vips_image_set_int(tagged, VIPS_META_ORIENTATION, orientation);
    return Image(tagged);
  }

  static OwnedDescriptor saved(const Image& image, const char* suffix) {
    void* bytes = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(vips_image_write_to_buffer(image.get(), suffix, &bytes, &size, nullptr), 0) << vips_error_buffer();
    OwnedDescriptor file(::memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(::write(file.get(), bytes, size), static_cast<ssize_t>(size));
    g_free(bytes);
    return file;
  }

  Reply make(const OwnedDescriptor& input) {
    output_ = OwnedDescriptor(::memfd_create("test", MFD_CLOEXEC));
    return make_picture(order_, input.get(), output_.get());
  }

  Image made() {
    const off_t size = ::lseek(output_.get(), 0, SEEK_END);
    bytes_.resize(static_cast<std::size_t>(size));
    EXPECT_EQ(::pread(output_.get(), bytes_.data(), bytes_.size(), 0), size);
    return Image(vips_image_new_from_buffer(bytes_.data(), bytes_.size(), "", nullptr));
  }

  static std::string colour_at(const Image& image, int x, int y) {
    double* value = nullptr;
    int bands = 0;
    EXPECT_EQ(vips_getpoint(image.get(), &value, &bands, x, y, nullptr), 0) << vips_error_buffer();
    const bool is_transparent = bands > 3 && value[3] < 128;
    const std::string colour = is_transparent                     ? "none"
                               : value[0] > 200 && value[2] > 200 ? "white"
                               : value[0] > 150 && value[2] < 100 ? "red"
                               : value[2] > 150 && value[0] < 100 ? "blue"
                                                                  : "other";
    g_free(value);
    return colour;
  }

  PictureOrder order_{.source = PictureType::Jpeg,
                      .target = PictureType::Jpeg,
                      .fit = Fit::Contain,
                      .width = 200,
                      .height = 200,
                      .page = 1,
                      .quality = 80,
                      .max_pixels = 1'000'000};
  OwnedDescriptor output_;
  std::string bytes_;
};

TEST_F(PictureTest, StandsUprightHoweverItWasStored) {
  const Image upright = marked_picture(400, 200);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Reply reply = make(saved(as_stored(upright, orientation), ".jpg"));
    ASSERT_EQ(reply.outcome, Outcome::Done) << orientation << ": " << reason_of(reply);
    EXPECT_EQ(reply.width, 200U) << orientation;
    EXPECT_EQ(reply.height, 100U) << orientation;
    EXPECT_EQ(reply.source_width, 400U) << orientation;
    const Image picture = made();
    EXPECT_EQ(colour_at(picture, 10, 5), "red") << orientation;
    EXPECT_EQ(colour_at(picture, 190, 5), "blue") << orientation;
    EXPECT_EQ(colour_at(picture, 10, 95), "blue") << orientation;
    EXPECT_EQ(vips_image_get_orientation(picture.get()), 1);
  }
}

TEST_F(PictureTest, IsNeverEnlarged) {
  for (const Fit fit : {Fit::Contain, Fit::Cover, Fit::Fill}) {
    order_.fit = fit;
    const Reply reply = make(saved(marked_picture(40, 20), ".jpg"));
    ASSERT_EQ(reply.outcome, Outcome::Done) << reason_of(reply);
    EXPECT_LE(reply.width, 40U);
    EXPECT_LE(reply.height, 20U);
  }
}

TEST_F(PictureTest, FitsTheBoxAsOrdered) {
  const OwnedDescriptor source = saved(marked_picture(800, 400), ".jpg");
  order_.height = 150;
  const auto size_with = [&](Fit fit) {
    order_.fit = fit;
    const Reply reply = make(source);
    return std::pair(reply.width, reply.height);
  };
  EXPECT_EQ(size_with(Fit::Contain), std::pair(200U, 100U));
  EXPECT_EQ(size_with(Fit::Cover), std::pair(200U, 150U));
  EXPECT_EQ(size_with(Fit::Fill), std::pair(200U, 150U));
}

TEST_F(PictureTest, KeepsNothingThatTheCameraWrote) {
  Image image = marked_picture(300, 300);
  vips_image_set_string(image.get(), "exif-ifd3-GPSLatitude", "52/1 31/1 0/1");
  vips_image_set_string(image.get(), "exif-ifd0-ImageDescription", "secret garden (secret garden, ASCII, 14)");
  const OwnedDescriptor source = saved(image, ".jpg");
  for (const PictureType target : {PictureType::Jpeg, PictureType::Png, PictureType::Webp}) {
    order_.target = target;
    ASSERT_EQ(make(source).outcome, Outcome::Done);
    const Image picture = made();
    // (The WebP writer adds an EXIF block of its own, which says 72 dpi and no more.)
    for (const char* name :
         {"exif-ifd3-GPSLatitude", "exif-ifd0-ImageDescription", VIPS_META_ICC_NAME, VIPS_META_XMP_NAME})
      EXPECT_EQ(vips_image_get_typeof(picture.get(), name), 0U) << name;
    EXPECT_FALSE(bytes_.contains("secret garden"));
  }
}

TEST_F(PictureTest, IsTransparentWhereTheTypeAllowsItAndWhiteElsewhere) {
  VipsImage* clear = nullptr;
  vips_black(&clear, 100, 100, "bands", 4, nullptr);
  VipsImage* tagged = nullptr;
  vips_copy(clear, &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  g_object_unref(clear);
  const OwnedDescriptor source = saved(Image(tagged), ".png");
  order_.source = PictureType::Png;
  for (const PictureType target : {PictureType::Png, PictureType::Webp, PictureType::Jpeg}) {
    order_.target = target;
    ASSERT_EQ(make(source).outcome, Outcome::Done);
    EXPECT_EQ(colour_at(made(), 50, 50), target == PictureType::Jpeg ? "white" : "none");
  }
}

TEST_F(PictureTest, WritesEveryTypeItOffers) {
  const OwnedDescriptor source = saved(marked_picture(300, 300), ".jpg");
  for (const PictureType target : {PictureType::Jpeg, PictureType::Png, PictureType::Webp, PictureType::Avif}) {
    order_.target = target;
    const Reply reply = make(source);
    ASSERT_EQ(reply.outcome, Outcome::Done) << reason_of(reply);
    EXPECT_EQ(colour_at(made(), 10, 10), "red");
  }
}

TEST_F(PictureTest, ShowsThePageOfAScan) {
  VipsImage *first = nullptr, *second = nullptr, *both = nullptr;
  vips_black(&first, 100, 60, "bands", 3, nullptr);
  vips_copy(marked_picture(100, 60).get(), &second, nullptr);
  vips_join(first, second, &both, VIPS_DIRECTION_VERTICAL, nullptr);
  g_object_unref(first);
  g_object_unref(second);
  const Image scan(vips_image_copy_memory(both));
  g_object_unref(both);
  vips_image_set_int(scan.get(), VIPS_META_PAGE_HEIGHT, 60);
  const OwnedDescriptor file = saved(scan, ".tif");
  order_.source = PictureType::Tiff;
  order_.target = PictureType::Png;
  order_.page = 2;
  const Reply reply = make(file);
  ASSERT_EQ(reply.outcome, Outcome::Done) << reason_of(reply);
  EXPECT_EQ(reply.pages, 2U);
  EXPECT_EQ(reply.height, 60U);
  EXPECT_EQ(colour_at(made(), 10, 10), "red");
  order_.page = 3;
  EXPECT_EQ(make(file).outcome, Outcome::NoSuchPage);
  order_.source = PictureType::Jpeg;
  order_.page = 2;
  EXPECT_EQ(make(saved(marked_picture(50, 50), ".jpg")).outcome, Outcome::NoSuchPage);
}

// Promise 8: the loader is chosen by what the file was found to be; all others stay shut.
TEST_F(PictureTest, Promise8OpensNothingButWhatItWasToldTheFileIs) {
  const Image image = marked_picture(50, 50);
  for (const char* suffix : {".png", ".gif", ".webp", ".tif", ".ppm"}) {
    const Reply reply = make(saved(image, suffix));
    EXPECT_EQ(reply.outcome, Outcome::Unreadable) << suffix;
  }
  order_.source = PictureType::Png;
  EXPECT_EQ(make(saved(image, ".jpg")).outcome, Outcome::Unreadable);
  EXPECT_EQ(make(saved(image, ".png")).outcome, Outcome::Done);
}

TEST_F(PictureTest, Promise8DecodesNoMorePixelsThanAllowed) {
  order_.max_pixels = 9'999;
  const Reply reply = make(saved(marked_picture(100, 100), ".jpg"));
  EXPECT_EQ(reply.outcome, Outcome::TooLarge);
  EXPECT_EQ(::lseek(output_.get(), 0, SEEK_END), 0);
  order_.max_pixels = 10'000;
  EXPECT_EQ(make(saved(marked_picture(100, 100), ".jpg")).outcome, Outcome::Done);
}

TEST_F(PictureTest, Promise8BrokenBytesAreAnOutcome) {
  const OwnedDescriptor whole = saved(marked_picture(100, 100), ".jpg");
  std::string bytes(static_cast<std::size_t>(::lseek(whole.get(), 0, SEEK_END)), '\0');
  ASSERT_GT(::pread(whole.get(), bytes.data(), bytes.size(), 0), 0);
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    OwnedDescriptor part(::memfd_create("test", MFD_CLOEXEC));
    ASSERT_EQ(::write(part.get(), bytes.data(), length), static_cast<ssize_t>(length));
    const Reply reply = make(part);
    EXPECT_TRUE(reply.outcome == Outcome::Unreadable || reply.outcome == Outcome::Done) << length;
  }
}

}  // namespace
}  // namespace holdall::worker::engines
