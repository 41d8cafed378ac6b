#include "attachment/picture.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "attachment/look.h"
#include "base/encoding.h"
#include "blob/testing/memory_store.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"
#include "media/testing/fake_engine.h"

namespace holdall::attachment {
namespace {

using media::PictureType;
using namespace std::chrono_literals;

class AttachmentPictureTest : public ::testing::Test {
 protected:
  AttachmentPictureTest() { row_ = add("7/a", "pixels"); }

  catalog::Attachment add(const std::string& key, std::string_view bytes) {
    const auto writer = io::sync_wait(store_.create(*blob::Key::parse(key), {}, context_));
    EXPECT_TRUE(io::sync_wait((*writer)->write(as_bytes(bytes))));
    const auto written = io::sync_wait((*writer)->commit());
    std::vector<catalog::NewAttachment> rows;
    rows.push_back({.key = key,
                    .store = std::string(store_.name()),
                    .size = written->size,
                    .sha256 = written->sha256,
                    .collection = "default",
                    .filename = "a.jpg",
                    .mime_type = "image/jpeg",
                    .task_id = {},
                    .record = {},
                    .tags = {},
                    .expires_at = {},
                    .jobs = {}});
    auto outcome = io::sync_wait(catalog_.add(UserId{7}, std::move(rows), {}, {}, context_));
    return outcome->attachments.at(0);
  }

  Result<catalog::Derivative> make(PictureOrder order = {}) {
    return io::sync_wait(find_or_make_picture(backends_, row_, order, media::Priority::Request, context_));
  }

  std::string bytes_of(const catalog::Derivative& made) {
    const auto reader = io::sync_wait(open_picture(backends_, made, context_));
    if (!reader) return describe(reader.error());
    const auto piece = io::sync_wait((*reader)->next());
    return std::string(reinterpret_cast<const char*>(piece->data()), piece->size());
  }

  ManualClock clock_{from_micros(1'795'000'000'000'000)};
  Config config_;
  catalog::testing::MemoryCatalog catalog_{clock_};
  blob::testing::MemoryStore store_;
  Reservations reservations_;
  media::testing::FakeEngine engine_;
  SingleFlight flights_;
  Backends backends_{config_, catalog_, store_, clock_, reservations_, [](std::string_view) {}, &engine_, &flights_};
  Context context_;
  catalog::Attachment row_;
};

TEST_F(AttachmentPictureTest, IsMadeOnceAndThenFound) {
  const auto made = make({.target = PictureType::Webp});
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(bytes_of(*made), "image/webp of pixels as 200x200 1");
  EXPECT_EQ(made->bytes->mime_type, "image/webp");
  EXPECT_EQ(made->bytes->size, bytes_of(*made).size());
  EXPECT_EQ(made->bytes->sha256, sha256(as_bytes(bytes_of(*made))));
  const auto again = make({.target = PictureType::Webp});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes->key, made->bytes->key);
  EXPECT_EQ(engine_.calls, 1);
  EXPECT_NE(make({.target = PictureType::Png})->bytes->key, made->bytes->key) << "another order is another picture";
  EXPECT_NE(make({.width = 100, .target = PictureType::Webp})->bytes->key, made->bytes->key);
  EXPECT_NE(make({.fit = media::Fit::Cover, .target = PictureType::Webp})->bytes->key, made->bytes->key);
}

TEST_F(AttachmentPictureTest, ManyAtOnceMakeOne) {
  io::Event may_go_on;
  engine_.before = [&]() -> io::Task<void> { co_await may_go_on.wait(context_); };
  boost::asio::io_context loop;
  std::vector<std::string> keys;
  const auto ask = [&]() -> io::Task<void> {
    const auto made = co_await find_or_make_picture(backends_, row_, {}, media::Priority::Request, context_);
    keys.push_back(made ? made->bytes->key : describe(made.error()));
  };
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop, ask(), boost::asio::detached);
  loop.poll();
  may_go_on.set();
  loop.run();
  ASSERT_EQ(keys.size(), 20U);
  EXPECT_EQ(std::ranges::count(keys, keys[0]), 20);
  EXPECT_EQ(engine_.calls, 1);
  EXPECT_EQ(store_.blob_count(), 2U);
}

TEST_F(AttachmentPictureTest, WhatIsWrongWithAFileIsRememberedForADay) {
  engine_.error = media::file_error(media::kPictureTooLarge);
  for (int i = 0; i < 3; ++i) {
    const auto made = make();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, media::kPictureTooLarge);
    EXPECT_EQ(made.error().kind, ErrorKind::Unprocessable);
  }
  EXPECT_EQ(engine_.calls, 1);
  engine_.error.reset();
  clock_.advance(24h);
  EXPECT_FALSE(make());
  clock_.advance(1s);
  EXPECT_TRUE(make());
}

TEST_F(AttachmentPictureTest, OurOwnTroubleIsNotRemembered) {
  engine_.error = make_error(ErrorKind::Overloaded, "overloaded", "Busy.");
  EXPECT_EQ(make().error().kind, ErrorKind::Overloaded);
  engine_.error.reset();
  EXPECT_TRUE(make());
}

TEST_F(AttachmentPictureTest, ALostPictureIsMadeAgain) {
  const auto made = make();
  ASSERT_TRUE(io::sync_wait(store_.remove(*blob::Key::parse(made->bytes->key), context_)));
  const auto reader = io::sync_wait(open_picture(backends_, *made, context_));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::NotFound);
  const auto again = make();
  ASSERT_TRUE(again);
  EXPECT_NE(again->bytes->key, made->bytes->key);
  EXPECT_EQ(bytes_of(*again), "image/jpeg of pixels as 200x200 1");
}

TEST_F(AttachmentPictureTest, TellsTheShapeOfWhatItWasMadeFrom) {
  ASSERT_TRUE(make());
  const auto row = io::sync_wait(catalog_.find(UserId{7}, row_.id, context_));
  EXPECT_EQ(row->width, 640);
  EXPECT_EQ(row->height, 480);
  EXPECT_EQ(row->pages, 3);
  EXPECT_EQ(row->version, 1) << "nobody has changed it";
}

TEST_F(AttachmentPictureTest, LooksIntoWhatHasComeInAndMakesItsThumbnail) {
  const auto look = [this](std::string payload) {
    const catalog::Job job{JobId{1}, std::string(catalog::kLook), std::move(payload), 1, {}};
    return io::sync_wait(look_into(backends_, job, context_));
  };
  EXPECT_TRUE(look(R"({"user":7,"attachment":1})"));
  EXPECT_TRUE(look(R"({"user":7,"attachment":1})")) << "twice is harmless";
  EXPECT_EQ(engine_.calls, 1);
  EXPECT_TRUE(make());
  EXPECT_EQ(engine_.calls, 1) << "it was there already";
  EXPECT_TRUE(look(R"({"user":7,"attachment":99})")) << "gone meanwhile";
  EXPECT_TRUE(look(R"({"user":8,"attachment":1})")) << "not theirs";
  for (const char* wrong : {"", "[]", "{}", R"({"user":"7","attachment":1})"}) {
    const auto outcome = look(wrong);
    ASSERT_FALSE(outcome) << wrong;
    EXPECT_EQ(outcome.error().kind, ErrorKind::InvalidArgument);
  }
}

TEST_F(AttachmentPictureTest, AFileThatCannotBeReadIsNoReasonToLookAgain) {
  const catalog::Job job{JobId{1}, std::string(catalog::kLook), R"({"user":7,"attachment":1})", 1, {}};
  engine_.error = make_error(ErrorKind::Overloaded, "overloaded", "Busy.");
  EXPECT_FALSE(io::sync_wait(look_into(backends_, job, context_))) << "to be tried again";
  engine_.error = media::file_error(media::kPictureUnreadable);
  EXPECT_TRUE(io::sync_wait(look_into(backends_, job, context_)));
}

// Promise 2: what is made while its attachment goes leaves nothing behind.
TEST_F(AttachmentPictureTest, Promise2NothingStaysOfAPictureWhoseFileWent) {
  engine_.before = [this]() -> io::Task<void> {
    const auto removed = co_await catalog_.remove(UserId{7}, {row_.id}, {}, context_);
    EXPECT_EQ(removed->size(), 1U);
  };
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(store_.blob_count(), 1U) << "the file itself waits for its job";
}

// Promise 5: whichever call fails, the answer is an error, nothing is half there, and the next try succeeds.
TEST_F(AttachmentPictureTest, Promise5WhicheverCallOfTheCatalogFails) {
  const std::size_t before = catalog_.calls();
  ASSERT_TRUE(make({.width = 1}));
  const std::size_t calls = catalog_.calls() - before;
  ASSERT_GE(calls, 4U);
  for (std::size_t nth = 1; nth <= calls; ++nth) {
    const PictureOrder order{.width = static_cast<std::uint32_t>(100 + nth)};
    catalog_.fail_call(nth, ErrorKind::Unavailable);
    EXPECT_EQ(make(order).error().kind, ErrorKind::Unavailable) << nth;
    EXPECT_TRUE(make(order)) << nth;
  }
}

TEST_F(AttachmentPictureTest, WithoutAnEngineOnlyWhatIsThereIsFound) {
  ASSERT_TRUE(make());
  backends_.engine = nullptr;
  EXPECT_TRUE(make());
  const auto other = make({.width = 10});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "media-disabled");
}

TEST(OffersFor, ComeInTheOrderOfWhatTheFileIs) {
  EXPECT_EQ(offers_for("image/jpeg").front(), PictureType::Jpeg);
  EXPECT_EQ(offers_for("image/heic").front(), PictureType::Jpeg);
  EXPECT_EQ(offers_for("image/png").front(), PictureType::Png);
  EXPECT_EQ(offers_for("image/gif").front(), PictureType::Png);
  for (const char* none : {"application/msword", "text/plain", "image/svg+xml", ""})
    EXPECT_TRUE(offers_for(none).empty()) << none;
}

}  // namespace
}  // namespace holdall::attachment
