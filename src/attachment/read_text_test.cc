#include "attachment/read_text.h"

#include <gtest/gtest.h>

#include "attachment/background.h"
#include "base/encoding.h"
#include "blob/testing/memory_store.h"
#include "catalog/testing/memory_catalog.h"
#include "io/sync_wait.h"
#include "media/testing/fake_engine.h"

namespace holdall::attachment {
namespace {

using catalog::TextState;
using media::TextPage;
using namespace std::chrono_literals;

constexpr std::string_view kLong = "more than a page number";

TextPage page(std::string_view text) { return {.text = std::string(text), .words = {}}; }

class ReadTextTest : public ::testing::Test {
 protected:
  ReadTextTest() {
    engine_.letters = [this](std::uint32_t number) -> Result<TextPage> {
      recognised_.push_back(number);
      return page("letters of " + std::to_string(number));
    };
  }

  catalog::Attachment add(std::string mime_type) {
    const std::string key = "7/" + std::to_string(++added_);
    const auto writer = io::sync_wait(store_.create(*blob::Key::parse(key), {}, context_));
    EXPECT_TRUE(io::sync_wait((*writer)->write(as_bytes("content"))));
    const auto written = io::sync_wait((*writer)->commit());
    std::vector<catalog::NewAttachment> rows;
    rows.push_back({.key = key,
                    .store = std::string(store_.name()),
                    .size = written->size,
                    .sha256 = written->sha256,
                    .collection = "default",
                    .filename = "a",
                    .mime_type = mime_type,
                    .task_id = {},
                    .record = {},
                    .tags = {},
                    .expires_at = {},
                    .text_state = TextState::Pending,
                    .jobs = jobs_for(backends_, mime_type)});
    return io::sync_wait(catalog_.add(UserId{7}, std::move(rows), {}, {}, context_))->attachments.at(0);
  }

  Result<void> read(const catalog::Attachment& row, int attempt = 1) {
    const catalog::Job job{.id = {},
                           .kind = std::string(catalog::kReadText),
                           .payload = R"({"user":7,"attachment":)" + std::to_string(row.id.value) + "}",
                           .attempts = attempt,
                           .leased_until = {}};
    return io::sync_wait(read_text(backends_, job, context_));
  }

  TextState state_of(const catalog::Attachment& row) {
    return io::sync_wait(catalog_.find(UserId{7}, row.id, context_))->blob.text_state;
  }

  catalog::TextOutcome outcome_of(const catalog::Attachment& row) {
    const auto outcome = io::sync_wait(catalog_.texts().find_text(row.blob.id, context_));
    return outcome && *outcome ? **outcome : catalog::TextOutcome{.state = TextState::Pending};
  }

  std::string text_of(const catalog::Attachment& row) {
    const auto pages = io::sync_wait(catalog_.texts().pages_after(row.blob.id, 0, 1000, context_));
    std::string text;
    for (const catalog::PageText& page : *pages)
      text += std::to_string(page.page) + (page.source == catalog::TextSource::Ocr ? "*" : "") + ":" + page.text + ";";
    return text;
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
  std::vector<std::uint32_t> recognised_;
  int added_ = 0;
};

TEST_F(ReadTextTest, KeepsWhatAFileHasAndRecognisesTheRest) {
  const catalog::Attachment row = add("application/pdf");
  EXPECT_EQ(row.blob.text_state, TextState::Pending);
  engine_.pages = {page(kLong), page(""), page("3"), page(kLong)};
  ASSERT_TRUE(read(row));
  EXPECT_EQ(state_of(row), TextState::Done);
  EXPECT_EQ(text_of(row), "1:" + std::string(kLong) + ";2*:letters of 2;3*:letters of 3;4:" + std::string(kLong) + ";");
  EXPECT_EQ(outcome_of(row).language, "eng");
  EXPECT_FALSE(outcome_of(row).is_truncated);
}

TEST_F(ReadTextTest, BelievesTheFileBeforeThePicture) {
  const catalog::Attachment row = add("application/pdf");
  engine_.pages = {page("Thank you!")};
  ASSERT_TRUE(read(row));
  EXPECT_EQ(recognised_.size(), 1U);
  EXPECT_EQ(text_of(row), "1:Thank you!;");
}

TEST_F(ReadTextTest, RecognisesAPicture) {
  const catalog::Attachment row = add("image/png");
  ASSERT_TRUE(read(row));
  EXPECT_EQ(text_of(row), "1*:letters of 1;");
  EXPECT_EQ(*io::sync_wait(recognised_text(catalog_.texts(), *io::sync_wait(catalog_.find(UserId{7}, row.id, context_)),
                                           context_)),
            "letters of 1");
}

TEST_F(ReadTextTest, RecognisesNothingWhereThatIsSwitchedOff) {
  const catalog::Attachment row = add("application/pdf");
  config_.text.recognises = false;
  engine_.pages = {page("")};
  ASSERT_TRUE(read(row));
  EXPECT_EQ(state_of(row), TextState::Done);
  EXPECT_TRUE(recognised_.empty());
  EXPECT_FALSE(is_read(backends_, "image/png"));
  EXPECT_TRUE(is_read(backends_, "text/plain"));
}

TEST_F(ReadTextTest, SaysWhenThereAreMorePagesThanAreRecognised) {
  const catalog::Attachment row = add("application/pdf");
  config_.text.most_recognised_pages = 2;
  engine_.pages = {page(""), page(""), page("")};
  ASSERT_TRUE(read(row));
  EXPECT_TRUE(outcome_of(row).is_truncated);
  EXPECT_EQ(recognised_.size(), 2U);
}

TEST_F(ReadTextTest, OneBadPageTakesNothingFromTheOthers) {
  const catalog::Attachment row = add("application/pdf");
  engine_.pages = {page(""), page(""), page("")};
  engine_.letters = [](std::uint32_t number) -> Result<TextPage> {
    if (number == 2) return fail(media::file_error(media::kTextTooCostly));
    return page("letters of " + std::to_string(number));
  };
  ASSERT_TRUE(read(row));
  EXPECT_EQ(state_of(row), TextState::Done);
  EXPECT_EQ(text_of(row), "1*:letters of 1;3*:letters of 3;");
  EXPECT_TRUE(outcome_of(row).is_truncated);
}

TEST_F(ReadTextTest, WhatIsWrongWithTheFileIsTheOutcome) {
  const catalog::Attachment row = add("application/pdf");
  engine_.error = media::file_error(media::kDocumentLocked);
  ASSERT_TRUE(read(row));
  EXPECT_EQ(state_of(row), TextState::Failed);
  EXPECT_EQ(outcome_of(row).failure, media::kDocumentLocked);
  ASSERT_TRUE(read(row));  // not pending any more: nothing happens
  EXPECT_EQ(engine_.calls, 1);
}

TEST_F(ReadTextTest, AMissingLanguageIsNoTextAtAll) {
  const catalog::Attachment row = add("application/pdf");
  engine_.pages = {page("")};
  engine_.letters = [](std::uint32_t) -> Result<TextPage> { return fail(media::file_error(media::kLanguageMissing)); };
  ASSERT_TRUE(read(row));
  EXPECT_EQ(outcome_of(row).failure, media::kLanguageMissing);
}

TEST_F(ReadTextTest, WhatPassesIsTriedAgainAndNotForEver) {
  const catalog::Attachment row = add("text/plain");
  engine_.error = make_error(ErrorKind::Unavailable, "media-away", "Away.");
  for (int attempt = 1; attempt < kReadAttempts; ++attempt) {
    EXPECT_EQ(read(row, attempt).error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(state_of(row), TextState::Pending);
  }
  ASSERT_TRUE(read(row, kReadAttempts));
  EXPECT_EQ(outcome_of(row).failure, media::kTextUnavailable);
}

TEST_F(ReadTextTest, AnAttemptAfterTheFirstDoesNotRecogniseAgain) {
  const catalog::Attachment row = add("application/pdf");
  engine_.pages = {page(""), page(""), page("")};
  engine_.letters = [this](std::uint32_t number) -> Result<TextPage> {
    recognised_.push_back(number);
    if (number == 3) return fail(ErrorKind::Unavailable, "media-away", "Away.");
    return page("letters of " + std::to_string(number));
  };
  EXPECT_FALSE(read(row, 1));
  recognised_.clear();
  engine_.letters = [this](std::uint32_t number) -> Result<TextPage> {
    recognised_.push_back(number);
    return page("again " + std::to_string(number));
  };
  ASSERT_TRUE(read(row, 2));
  EXPECT_EQ(recognised_, std::vector<std::uint32_t>{3});
  EXPECT_EQ(text_of(row), "1*:letters of 1;2*:letters of 2;3*:again 3;");
}

TEST_F(ReadTextTest, AFileThatIsGoneIsNoError) {
  const catalog::Attachment row = add("text/plain");
  engine_.pages = {page(kLong)};
  ASSERT_TRUE(io::sync_wait(catalog_.remove(UserId{7}, {row.id}, {}, context_)));
  EXPECT_TRUE(read(row));
  const auto forgets = io::sync_wait(catalog_.lease_jobs(std::string(catalog::kForgetText), 10, 1min, context_));
  ASSERT_EQ(forgets->size(), 1U);
  EXPECT_TRUE(io::sync_wait(forget_text(catalog_.texts(), forgets->at(0), context_)));
}

TEST_F(ReadTextTest, RefusesAJobThatNamesNothing) {
  for (const char* payload : {"", "{}", R"({"user":7})", "[1]"}) {
    const catalog::Job job{.id = {}, .kind = {}, .payload = payload, .attempts = 1, .leased_until = {}};
    EXPECT_EQ(io::sync_wait(read_text(backends_, job, context_)).error().code, "job-malformed") << payload;
    EXPECT_EQ(io::sync_wait(forget_text(catalog_.texts(), job, context_)).error().code, "job-malformed") << payload;
  }
}

}  // namespace
}  // namespace holdall::attachment
